"use strict";
// The page's words in its two languages. The page's language is the site's; `?lang=en` or `?lang=pt` asks for another.
const WORDS = {
  en: {
    logIn: "Log in", logOut: "Log out", user: "User", password: "Password",
    queues: "Queues", queue: "Queue", waiting: "Waiting", longest: "Longest wait", ready: "Ready", talking: "Talking",
    loggedIn: "Logged in", calls: "Calls", position: "Place", caller: "Caller", state: "State", waited: "Waited",
    agent: "Agent", agents: "Agents", since: "For", reason: "Reason", noCalls: "No calls now.",
    unreachableReady: "Ready but unreachable",
    live: "Live", connecting: "Connecting …", stale: "No news since {time}: what you see is old.",
    supervisorsOnly: "This page is for supervisors.", wrong: "User or password is wrong.",
    tooMany: "Too many attempts; wait {seconds} s.", failed: "The server could not do this; try again.",
    "logged-out": "logged out", "not-ready": "not ready", unreachable: "unreachable", idle: "ready",
    reserved: "reserved", ringing: "ringing", holding: "on hold", "wrap-up": "wrap-up",
    arriving: "arriving", queued: "waiting", offered: "offered", ending: "ending", closed: "over",
    stateTalking: "talking", stateHolding: "on hold",
  },
  pt: {
    logIn: "Entrar", logOut: "Sair", user: "Usuário", password: "Senha",
    queues: "Filas", queue: "Fila", waiting: "Aguardando", longest: "Maior espera", ready: "Disponíveis",
    talking: "Em conversa", loggedIn: "Conectados", calls: "Chamadas", position: "Lugar", caller: "Cliente",
    state: "Estado", waited: "Esperou", agent: "Agente", agents: "Agentes", since: "Há", reason: "Motivo",
    noCalls: "Nenhuma chamada agora.", unreachableReady: "Disponíveis, mas inacessíveis",
    live: "Ao vivo", connecting: "Conectando …", stale: "Sem notícias desde {time}: o que você vê é antigo.",
    supervisorsOnly: "Esta página é para supervisores.", wrong: "Usuário ou senha incorretos.",
    tooMany: "Tentativas demais; aguarde {seconds} s.", failed: "O servidor não conseguiu; tente de novo.",
    "logged-out": "desconectado", "not-ready": "em pausa", unreachable: "inacessível", idle: "disponível",
    reserved: "reservado", ringing: "chamando", holding: "em espera", "wrap-up": "pós-atendimento",
    arriving: "chegando", queued: "aguardando", offered: "oferecida", ending: "terminando", closed: "encerrada",
    stateTalking: "em conversa", stateHolding: "em espera",
  },
};
