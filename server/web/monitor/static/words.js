// The page's words in its two languages. The language is the site's; `?lang=en` or `?lang=pt` asks for another.
export const CATALOGUE = {
  en: {
    logIn: "Log in", logOut: "Log out", user: "User", password: "Password", controls: "Controls",
    allQueues: "all queues", queues: "Queues", queue: "Queue", queueFilter: "All queues", state: "State",
    numbers: "Numbers", number: "Number", thresholds: "Thresholds", theme: "Light / dark", wall: "Wall", keys: "Keys",
    waiting: "Waiting", waitingShort: "Wait.", longest: "Longest wait", longestShort: "Longest", ready: "Ready now",
    serviceLevel: "Service level, 30 min", serviceShort: "SL 30 min", abandoned: "Abandoned, 30 min",
    abandonedShort: "Aband.", answer: "Speed of answer", readyTalkingAll: "Ready / talk / all",
    callBacks: "Call-backs", callBack: "call-back", expectedWait: "expected {wait} ± {error}",
    talkTime: "Talks longer than", wrapUpShare: "Wrap-up, times its limit",
    serviceFormula: "answered within T / (answered + abandoned − abandoned within T)",
    abandonedFormula: "abandoned / offered, short abandons left out",
    answerFormula: "sum of the waits of answered calls / answered calls",
    targetWaiting: "amber {amber} · red {red}", targetReady: "of {all} signed in",
    targetService: "target {amber} % in {seconds} s · today {today}", targetServicePlain: "target {amber} % · today {today}",
    targetAbandoned: "{abandoned} of {offered} · amber {amber} % · red {red} %",
    targetAnswer: "average, 30 min · amber {amber}", noCalls: "no calls in 30 min", never: "never",
    good: "good", watch: "watch", act: "act now",
    waitingCallers: "Waiting callers", place: "Place", caller: "Caller", waited: "Waited", whyWaiting: "Why still waiting",
    nobodyWaits: "Nobody waits.", trend: "Waiting and ready, last 2 hours", trendWaiting: "waiting", trendReady: "ready",
    trendWords: "Waiting: {waiting} now, {mostWaiting} at most. Ready: {ready} now, {leastReady} at least.",
    agents: "Agents", agent: "Agent", showOut: "signed out as well", services: "Services",
    mailboxes: "Voicemail", messagesNew: "{count} new", messagesUrgent: "{count} new, {urgent} urgent", messagesNone: "nothing new",
    campaigns: "Campaigns", campaignCounts: "{dialled} dialled, {answered} answered, {abandoned} abandoned",
    campaignAgents: "{count} agents", campaignLeft: "{count} to go", "campaign-running": "running",
    "campaign-paused": "paused", "campaign-waiting": "waiting for its hours", "campaign-ended": "ended", more: "and {count} more",
    whyOffered: "rings at {agent}", whyAhead: "{ahead} before", whyNobody: "nobody of the queue is signed in",
    whyNoneSuits: "no free agent may take this call", whyAllBusy: "nobody free: {list}",
    countTalking: "{count} talking", countRinging: "{count} ringing", countWrapUp: "{count} in wrap-up",
    countNotReady: "{count} not ready", countUnreachable: "{count} unreachable",
    "state-ready": "ready", "state-reserved": "reserved", "state-ringing": "ringing", "state-talking": "talking",
    "state-holding": "on hold", "state-wrap-up": "wrap-up", "state-not-ready": "not ready",
    "state-unreachable": "unreachable", "state-logged-out": "signed out",
    "service-starting": "starting", "service-up": "up", "service-degraded": "degraded", "service-draining": "draining",
    "service-down": "down", "service-suspect": "suspect",
    "fault-phone-not-registered": "phone not registered", "fault-desk-lost": "desk lost",
    "fault-invite-failed": "phone did not answer", "fault-probe-failed": "phone does not answer",
    "reason-no-answer": "did not answer",
    since: "For", queuesOf: "Queues", withCaller: "Caller", afterCall: "After this call", fault: "Fault",
    changeState: "Change state", makeReady: "Ready", makeNotReady: "Not ready", logAgentOut: "Sign out",
    reason: "Reason", close: "Close", save: "Save", defaults: "Defaults", amber: "Amber", red: "Red",
    secondsUnit: "s", percentUnit: "%",
    thresholdsHint: "Empty: never. A colour goes 10 s after the number is back inside.",
    live: "live", connecting: "connecting …", stale: "Not live since {time} – what you see is old. Connecting again …",
    staleShort: "not live since {time}", supervisorsOnly: "This page is for supervisors.",
    wrong: "User or password is wrong.", tooMany: "Too many attempts; wait {seconds} s.",
    failed: "The server could not do this; try again.",
    keyQueue: "choose a queue", keyAgents: "to the agents; arrow keys go on", keyThresholds: "thresholds",
    keyTheme: "light or dark", keyWall: "wall mode, and back", keyHelp: "these keys", keyBack: "close; all queues again",
    back: "All queues", toReports: "Reports",
    hearTalk: "Hear the talk", listen: "Listen", whisper: "Whisper", barge: "Barge in", stopHearing: "Stop",
    superviseHint: "Your phone will ring; you are in when you pick up.", phoneRings: "Your phone rings: pick up.",
    phoneMissed: "Your phone did not take the call.", theirPhoneRings: "The phone of {name} rings.",
    "you-listen": "You listen; nobody hears you.", "you-whisper": "The agent hears you, the customer does not.",
    "you-barge": "Agent and customer hear you.",
    "heard-listen": "listened to", "heard-whisper": "whispered to", "heard-barge": "barged in",
    "they-listen": "{name} listens", "they-whisper": "{name} whispers", "they-barge": "{name} is in the call",
    message: "Message to the desk", messageTo: "To", messageText: "Text", send: "Send", sent: "Sent.",
    messagesSent: "Messages sent", allOf: "all of {queue}", toQueue: " to all of {queue}", notSeen: "not seen yet",
    seenAt: "seen {time}", keyListen: "with an agent open: listen", keyWhisper: "whisper", keyBarge: "barge in",
    keyStop: "stop",
  },
  pt: {
    logIn: "Entrar", logOut: "Sair", user: "Usuário", password: "Senha", controls: "Controles",
    allQueues: "todas as filas", queues: "Filas", queue: "Fila", queueFilter: "Todas as filas", state: "Estado",
    numbers: "Números", number: "Número", thresholds: "Limites", theme: "Claro / escuro", wall: "Painel",
    keys: "Teclas", waiting: "Aguardando", waitingShort: "Esp.", longest: "Maior espera", longestShort: "Maior",
    ready: "Disponíveis agora",
    serviceLevel: "Nível de serviço, 30 min", serviceShort: "NS 30 min", abandoned: "Abandonos, 30 min",
    abandonedShort: "Aband.", answer: "Tempo médio até atender", readyTalkingAll: "Disp. / conv. / todos",
    callBacks: "Retornos", callBack: "retorno", expectedWait: "prevista {wait} ± {error}",
    talkTime: "Conversa mais longa que", wrapUpShare: "Pós-atendimento, vezes o limite",
    serviceFormula: "atendidas em até T / (atendidas + abandonadas − abandonadas em até T)",
    abandonedFormula: "abandonadas / oferecidas, sem os abandonos curtos",
    answerFormula: "soma das esperas das atendidas / atendidas",
    targetWaiting: "amarelo {amber} · vermelho {red}", targetReady: "de {all} conectados",
    targetService: "meta {amber} % em {seconds} s · hoje {today}", targetServicePlain: "meta {amber} % · hoje {today}",
    targetAbandoned: "{abandoned} de {offered} · amarelo {amber} % · vermelho {red} %",
    targetAnswer: "média, 30 min · amarelo {amber}", noCalls: "nenhuma chamada em 30 min", never: "nunca",
    good: "bom", watch: "atenção", act: "agir já",
    waitingCallers: "Clientes aguardando", place: "Nº", caller: "Cliente", waited: "Espera",
    whyWaiting: "Por que ainda espera", nobodyWaits: "Ninguém aguarda.",
    trend: "Aguardando e disponíveis, últimas 2 horas", trendWaiting: "aguardando", trendReady: "disponíveis",
    trendWords: "Aguardando: {waiting} agora, no máximo {mostWaiting}. Disponíveis: {ready} agora, no mínimo {leastReady}.",
    agents: "Agentes", agent: "Agente", showOut: "também os desconectados", services: "Serviços",
    mailboxes: "Correio de voz", messagesNew: "{count} novas", messagesUrgent: "{count} novas, {urgent} urgentes", messagesNone: "nada novo",
    campaigns: "Campanhas", campaignCounts: "{dialled} discadas, {answered} atendidas, {abandoned} abandonadas",
    campaignAgents: "{count} agentes", campaignLeft: "faltam {count}", "campaign-running": "em andamento",
    "campaign-paused": "em pausa", "campaign-waiting": "aguarda seu horário", "campaign-ended": "encerrada",
    more: "e mais {count}", whyOffered: "chama {agent}", whyAhead: "{ahead} na frente",
    whyNobody: "ninguém da fila está conectado", whyNoneSuits: "nenhum agente livre pode atender esta chamada",
    whyAllBusy: "ninguém livre: {list}", countTalking: "{count} em conversa", countRinging: "{count} chamando",
    countWrapUp: "{count} em pós-atendimento", countNotReady: "{count} em pausa",
    countUnreachable: "{count} inacessíveis",
    "state-ready": "disponível", "state-reserved": "reservado", "state-ringing": "chamando",
    "state-talking": "em conversa", "state-holding": "em espera", "state-wrap-up": "pós-atend.",
    "state-not-ready": "em pausa", "state-unreachable": "inacessível", "state-logged-out": "desconectado",
    "service-starting": "iniciando", "service-up": "ativo", "service-degraded": "degradado",
    "service-draining": "esvaziando", "service-down": "parado", "service-suspect": "suspeito",
    "fault-phone-not-registered": "telefone não registrado", "fault-desk-lost": "mesa perdida",
    "fault-invite-failed": "telefone não atendeu", "fault-probe-failed": "telefone não responde",
    "reason-no-answer": "não atendeu",
    since: "Há", queuesOf: "Filas", withCaller: "Cliente", afterCall: "Depois desta chamada", fault: "Falha",
    changeState: "Mudar o estado", makeReady: "Disponível", makeNotReady: "Em pausa", logAgentOut: "Desconectar",
    reason: "Motivo", close: "Fechar", save: "Salvar", defaults: "Padrão", amber: "Amarelo", red: "Vermelho",
    secondsUnit: "s", percentUnit: "%",
    thresholdsHint: "Vazio: nunca. A cor some 10 s depois que o número voltou ao normal.",
    live: "ao vivo", connecting: "conectando …",
    stale: "Parado desde {time} – o que você vê é antigo. Conectando de novo …", staleShort: "parado desde {time}",
    supervisorsOnly: "Esta página é para supervisores.", wrong: "Usuário ou senha incorretos.",
    tooMany: "Tentativas demais; aguarde {seconds} s.", failed: "O servidor não conseguiu; tente de novo.",
    keyQueue: "escolher uma fila", keyAgents: "aos agentes; as setas continuam", keyThresholds: "limites",
    keyTheme: "claro ou escuro", keyWall: "modo painel, e volta", keyHelp: "estas teclas",
    keyBack: "fechar; todas as filas", back: "Todas as filas",
    toReports: "Relatórios",
    hearTalk: "Ouvir a conversa", listen: "Ouvir", whisper: "Sussurrar", barge: "Entrar na conversa",
    stopHearing: "Parar",
    superviseHint: "Seu telefone vai tocar; ao atender, você já está na linha.",
    phoneRings: "Seu telefone toca: atenda.",
    phoneMissed: "Seu telefone não atendeu.", theirPhoneRings: "O telefone de {name} toca.",
    "you-listen": "Você ouve; ninguém ouve você.", "you-whisper": "O agente ouve você, o cliente não.",
    "you-barge": "Agente e cliente ouvem você.",
    "heard-listen": "com escuta", "heard-whisper": "com sussurro", "heard-barge": "a três",
    "they-listen": "{name} ouve", "they-whisper": "{name} sussurra", "they-barge": "{name} está na conversa",
    message: "Mensagem para a mesa", messageTo: "Para", messageText: "Texto", send: "Enviar", sent: "Enviada.",
    messagesSent: "Mensagens enviadas", allOf: "todos de {queue}", toQueue: " para todos de {queue}",
    notSeen: "ainda não vista", seenAt: "vista {time}", keyListen: "com um agente aberto: ouvir",
    keyWhisper: "sussurrar", keyBarge: "entrar na conversa", keyStop: "parar",
    "problem-no-talk": "Esta chamada já não está em conversa.", "problem-own-talk": "Esta chamada é sua.",
    "problem-somebody-listens": "Outra pessoa já ouve esta conversa.",
    "problem-already-listening": "Você já ouve outra conversa; pare essa primeiro.",
    "problem-in-a-call": "Você está em chamada, ou seu telefone toca.",
    "problem-phone-not-registered": "Seu telefone não está registrado: não pode ser chamado.",
    "problem-phone-unreachable": "Seu telefone não responde ao servidor: não pode ser chamado.",
    "problem-not-now": "O servidor está iniciando ou terminando; tente de novo daqui a pouco.",
    "problem-no-room": "As placas de linha não têm lugar para mais uma pessoa.",
    "problem-no-desk": "Não há mesa aberta: ninguém veria a mensagem.",
    "problem-too-many-unseen": "O agente ainda não viu as últimas mensagens.",
    "problem-text-not-plain": "Uma mensagem é uma linha de texto simples.",
  },
};

const asked = new URLSearchParams(location.search).get("lang");
const has = (language) => language !== null && Object.hasOwn(CATALOGUE, language); // every object has a "constructor"
if (has(asked)) document.documentElement.lang = asked;
export const language = has(document.documentElement.lang) ? document.documentElement.lang : "en";
const words = CATALOGUE[language];

/** A word in the page's language, its {places} filled; what has no word is shown as it is. */
export function say(word, values = {}) {
  return (knows(word) ? words[word] : word).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Another page's words, by language; they are known from then on. */
export function learn(catalogue) {
  for (const [name, more] of Object.entries(catalogue)) Object.assign(CATALOGUE[name], more);
}

/** Whether the catalogue has a word. */
export const knows = (word) => Object.hasOwn(words, word);

/** Writes the words of the page's fixed texts. */
export function writeWords() {
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
  }
  for (const element of document.querySelectorAll("[data-title]")) element.title = say(element.dataset.title);
  for (const element of document.querySelectorAll("[data-key]")) {
    element.title = element.dataset.key;
    element.setAttribute("aria-keyshortcuts", element.dataset.key);
  }
}
