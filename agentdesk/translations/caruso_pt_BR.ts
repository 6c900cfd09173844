<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_BR" sourcelanguage="en">
    <context>
        <name />
        <message>
            <source>Call from {who}</source>
            <translation>Chamada de {who}</translation>
        </message>
        <message>
            <source>Call-back to {who}</source>
            <translation>Retorno de chamada para {who}</translation>
        </message>
        <message>
            <source>call-back to {number}</source>
            <translation>retorno para {number}</translation>
        </message>
        <message>
            <source>queue {name}</source>
            <translation>fila {name}</translation>
        </message>
        <message>
            <source>Not done: {why}</source>
            <translation>Não feito: {why}</translation>
        </message>
        <message>
            <source>The server did not take the notes of an earlier call; they are kept on this computer.</source>
            <translation>O servidor não aceitou as anotações de uma chamada anterior; elas estão guardadas neste computador.</translation>
        </message>
        <message>
            <source>Customer</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Action</source>
            <translation>Ação</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>Resultado</translation>
        </message>
        <message>
            <source>Hold, and take back</source>
            <translation>Pôr em espera e retomar</translation>
        </message>
        <message>
            <source>Mute, and speak again</source>
            <translation>Emudecer e voltar a falar</translation>
        </message>
        <message>
            <source>Show or hide the keypad</source>
            <translation>Mostrar ou esconder o teclado</translation>
        </message>
        <message>
            <source>Hang up</source>
            <translation>Desligar</translation>
        </message>
        <message>
            <source>30 seconds more wrap-up</source>
            <translation>Mais 30 segundos</translation>
        </message>
        <message>
            <source>Finish the wrap-up</source>
            <translation>Concluir o pós-atendimento</translation>
        </message>
        <message>
            <source>Reconnect now</source>
            <translation>Reconectar agora</translation>
        </message>
        <message>
            <source>Log out and close</source>
            <translation>Sair e fechar</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Disponível</translation>
        </message>
        <message>
            <source>Not ready</source>
            <translation>Indisponível</translation>
        </message>
        <message>
            <source>{count} waiting</source>
            <translation>{count} na fila</translation>
        </message>
        <message>
            <source>longest {time}</source>
            <translation>máx. {time}</translation>
        </message>
        <message>
            <source>no line</source>
            <translation>sem linha</translation>
        </message>
        <message>
            <source>line OK</source>
            <translation>linha OK</translation>
        </message>
        <message>
            <source>line OK  {ms} ms</source>
            <translation>linha OK  {ms} ms</translation>
        </message>
        <message>
            <source>line slow  {ms} ms</source>
            <translation>linha lenta  {ms} ms</translation>
        </message>
        <message>
            <source>line bad  {ms} ms</source>
            <translation>linha ruim  {ms} ms</translation>
        </message>
        <message>
            <source>Pick up your phone</source>
            <translation>Atenda seu telefone</translation>
        </message>
        <message>
            <source>Nothing rings</source>
            <translation>Nada está tocando</translation>
        </message>
        <message>
            <source>The phone is about to ring</source>
            <translation>O telefone vai tocar</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>Atender</translation>
        </message>
        <message>
            <source>Not without the server</source>
            <translation>Não sem o servidor</translation>
        </message>
        <message>
            <source>Only during a call</source>
            <translation>Só durante uma chamada</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>Retomar</translation>
        </message>
        <message>
            <source>Hold</source>
            <translation>Espera</translation>
        </message>
        <message>
            <source>Unmute</source>
            <translation>Falar</translation>
        </message>
        <message>
            <source>Mute</source>
            <translation>Mudo</translation>
        </message>
        <message>
            <source>Keypad</source>
            <translation>Teclado</translation>
        </message>
        <message>
            <source>Reject</source>
            <translation>Recusar</translation>
        </message>
        <message>
            <source>No call</source>
            <translation>Nenhuma chamada</translation>
        </message>
        <message>
            <source>on this desk's phone</source>
            <translation>no telefone deste posto</translation>
        </message>
        <message>
            <source>waited {time}</source>
            <translation>esperou {time}</translation>
        </message>
        <message>
            <source>You are muted: nobody hears you</source>
            <translation>Microfone mudo: ninguém ouve você</translation>
        </message>
        <message>
            <source>Unknown caller</source>
            <translation>Desconhecido</translation>
        </message>
        <message>
            <source>number withheld</source>
            <translation>número oculto</translation>
        </message>
        <message>
            <source>Call</source>
            <translation>Chamada</translation>
        </message>
        <message>
            <source>E-mail</source>
            <translation>E-mail</translation>
        </message>
        <message>
            <source>Web form</source>
            <translation>Formulário web</translation>
        </message>
        <message>
            <source>Voice menu</source>
            <translation>Menu de voz</translation>
        </message>
        <message>
            <source>Script</source>
            <translation>Roteiro</translation>
        </message>
        <message>
            <source>Voicemail</source>
            <translation>Correio de voz</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>Mensagem</translation>
        </message>
        <message>
            <source>answered</source>
            <translation>atendida</translation>
        </message>
        <message>
            <source>hung up waiting</source>
            <translation>desistiu da espera</translation>
        </message>
        <message>
            <source>hung up at once</source>
            <translation>desligou logo</translation>
        </message>
        <message>
            <source>call back wished</source>
            <translation>pediu retorno</translation>
        </message>
        <message>
            <source>left a message</source>
            <translation>deixou recado</translation>
        </message>
        <message>
            <source>passed on</source>
            <translation>encaminhada</translation>
        </message>
        <message>
            <source>called while closed</source>
            <translation>fora do horário</translation>
        </message>
        <message>
            <source>queue was full</source>
            <translation>fila cheia</translation>
        </message>
        <message>
            <source>served by the menu</source>
            <translation>atendida pelo menu</translation>
        </message>
        <message>
            <source>blocked</source>
            <translation>bloqueada</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>falhou</translation>
        </message>
        <message>
            <source>German</source>
            <translation>Alemão</translation>
        </message>
        <message>
            <source>English</source>
            <translation>Inglês</translation>
        </message>
        <message>
            <source>Spanish</source>
            <translation>Espanhol</translation>
        </message>
        <message>
            <source>French</source>
            <translation>Francês</translation>
        </message>
        <message>
            <source>Italian</source>
            <translation>Italiano</translation>
        </message>
        <message>
            <source>Portuguese</source>
            <translation>Português</translation>
        </message>
        <message>
            <source>Nobody is calling</source>
            <translation>Ninguém está chamando</translation>
        </message>
        <message>
            <source>The customer's card and history appear when it rings.</source>
            <translation>A ficha e o histórico do cliente aparecem quando o telefone toca.</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Histórico</translation>
        </message>
        <message>
            <source>No name</source>
            <translation>Sem nome</translation>
        </message>
        <message>
            <source>{count} customers have this number</source>
            <translation>{count} clientes têm este número</translation>
        </message>
        <message>
            <source>Ask for the name, then choose.</source>
            <translation>Pergunte o nome e escolha.</translation>
        </message>
        <message>
            <source>New customer</source>
            <translation>Novo cliente</translation>
        </message>
        <message>
            <source>Nobody is known by this number.</source>
            <translation>Ninguém é conhecido por este número.</translation>
        </message>
        <message>
            <source>Looking the customer up…</source>
            <translation>Procurando o cliente…</translation>
        </message>
        <message>
            <source>History ({count})</source>
            <translation>Histórico ({count})</translation>
        </message>
        <message>
            <source>these keys cannot be sent.</source>
            <translation>estas teclas não podem ser enviadas.</translation>
        </message>
        <message>
            <source>a card needs a name or a telephone number.</source>
            <translation>a ficha precisa de um nome ou de um telefone.</translation>
        </message>
        <message>
            <source>the card has too many numbers.</source>
            <translation>a ficha tem números demais.</translation>
        </message>
        <message>
            <source>this customer does not exist any more.</source>
            <translation>este cliente não existe mais.</translation>
        </message>
        <message>
            <source>the server could not do it just now; please try again.</source>
            <translation>o servidor não conseguiu agora; tente de novo.</translation>
        </message>
        <message>
            <source>there is no call.</source>
            <translation>não há chamada.</translation>
        </message>
        <message>
            <source>the wrap-up is over.</source>
            <translation>o pós-atendimento terminou.</translation>
        </message>
        <message>
            <source>this call is not yours any more.</source>
            <translation>esta chamada não é mais sua.</translation>
        </message>
        <message>
            <source>the notes are too long.</source>
            <translation>as anotações são longas demais.</translation>
        </message>
        <message>
            <source>the text is too long.</source>
            <translation>o texto é longo demais.</translation>
        </message>
        <message>
            <source>that was too fast; please slow down.</source>
            <translation>rápido demais; vá mais devagar.</translation>
        </message>
        <message>
            <source>this result does not exist any more.</source>
            <translation>este resultado não existe mais.</translation>
        </message>
        <message>
            <source>this reason does not exist any more.</source>
            <translation>este motivo não existe mais.</translation>
        </message>
        <message>
            <source>Your phone is not connected: no calls reach you.</source>
            <translation>Seu telefone não está conectado: nenhuma chamada chega até você.</translation>
        </message>
        <message>
            <source>It reconnects by itself. If this stays, check the network and tell your supervisor.</source>
            <translation>Ele se reconecta sozinho. Se continuar assim, verifique a rede e avise seu supervisor.</translation>
        </message>
        <message>
            <source>The server cannot hear this desk: no calls reach you.</source>
            <translation>O servidor não recebe sinal deste posto: nenhuma chamada chega até você.</translation>
        </message>
        <message>
            <source>Press Reconnect. If this stays, check the network.</source>
            <translation>Pressione Reconectar. Se continuar assim, verifique a rede.</translation>
        </message>
        <message>
            <source>Your phone could not be called: no calls reach you.</source>
            <translation>Não foi possível chamar seu telefone: nenhuma chamada chega até você.</translation>
        </message>
        <message>
            <source>Check that the phone is on and connected, then be ready again.</source>
            <translation>Verifique se o telefone está ligado e conectado e fique disponível de novo.</translation>
        </message>
        <message>
            <source>Your phone does not answer the server: no calls reach you.</source>
            <translation>Seu telefone não responde ao servidor: nenhuma chamada chega até você.</translation>
        </message>
        <message>
            <source>Check that the phone is on and connected.</source>
            <translation>Verifique se o telefone está ligado e conectado.</translation>
        </message>
        <message>
            <source>This computer has neither microphone nor loudspeaker.</source>
            <translation>Este computador não tem microfone nem alto-falante.</translation>
        </message>
        <message>
            <source>Plug in a headset; it is used at once. Until then you can work with an outside phone.</source>
            <translation>Conecte um headset; ele é usado na hora. Até lá você pode trabalhar com um telefone externo.</translation>
        </message>
        <message>
            <source>There is no microphone: nobody will hear you.</source>
            <translation>Não há microfone: ninguém vai ouvir você.</translation>
        </message>
        <message>
            <source>Plug in a headset; it is used at once.</source>
            <translation>Conecte um headset; ele é usado na hora.</translation>
        </message>
        <message>
            <source>There is no loudspeaker: you will hear nobody.</source>
            <translation>Não há alto-falante: você não vai ouvir ninguém.</translation>
        </message>
        <message>
            <source>Another desk has taken over your work. Nothing here is live.</source>
            <translation>Outro posto assumiu o seu trabalho. Nada aqui é atual.</translation>
        </message>
        <message>
            <source>Close this window, or take the work back to it.</source>
            <translation>Feche esta janela ou traga o trabalho de volta para ela.</translation>
        </message>
        <message>
            <source>The server did not accept your log-in: {detail}</source>
            <translation>O servidor não aceitou sua entrada: {detail}</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Tentar de novo</translation>
        </message>
        <message>
            <source>Trying again in {time}.</source>
            <translation>Nova tentativa em {time}.</translation>
        </message>
        <message>
            <source>Trying again now.</source>
            <translation>Tentando de novo agora.</translation>
        </message>
        <message>
            <source>Your call goes on, and what you write is kept.</source>
            <translation>Sua chamada continua, e o que você escreve fica guardado.</translation>
        </message>
        <message>
            <source>No connection to the server for {time}: no calls reach you.</source>
            <translation>Sem conexão com o servidor há {time}: nenhuma chamada chega até você.</translation>
        </message>
        <message>
            <source>Reconnect</source>
            <translation>Reconectar</translation>
        </message>
        <message>
            <source>The phone of this desk will not start.</source>
            <translation>O telefone deste posto não inicia.</translation>
        </message>
        <message>
            <source>The phone of this desk has stopped.</source>
            <translation>O telefone deste posto parou.</translation>
        </message>
        <message>
            <source>Tell your supervisor; the log is in the desk's runtime folder.</source>
            <translation>Avise seu supervisor; o registro está na pasta de execução do posto.</translation>
        </message>
        <message>
            <source>It is being started again; a call in it was ended.</source>
            <translation>Ele está sendo reiniciado; a chamada que estava nele terminou.</translation>
        </message>
        <message>
            <source>No calls reach you.</source>
            <translation>Nenhuma chamada chega até você.</translation>
        </message>
        <message>
            <source>The server did not take your notes.</source>
            <translation>O servidor não aceitou suas anotações.</translation>
        </message>
        <message>
            <source>They are kept on this computer. Shorten them, or copy them to a safe place.</source>
            <translation>Elas estão guardadas neste computador. Encurte-as ou copie-as para um lugar seguro.</translation>
        </message>
        <message>
            <source>Jan</source>
            <translation>jan</translation>
        </message>
        <message>
            <source>Feb</source>
            <translation>fev</translation>
        </message>
        <message>
            <source>Mar</source>
            <translation>mar</translation>
        </message>
        <message>
            <source>Apr</source>
            <translation>abr</translation>
        </message>
        <message>
            <source>May</source>
            <translation>mai</translation>
        </message>
        <message>
            <source>Jun</source>
            <translation>jun</translation>
        </message>
        <message>
            <source>Jul</source>
            <translation>jul</translation>
        </message>
        <message>
            <source>Aug</source>
            <translation>ago</translation>
        </message>
        <message>
            <source>Sep</source>
            <translation>set</translation>
        </message>
        <message>
            <source>Oct</source>
            <translation>out</translation>
        </message>
        <message>
            <source>Nov</source>
            <translation>nov</translation>
        </message>
        <message>
            <source>Dec</source>
            <translation>dez</translation>
        </message>
        <message>
            <source>not taken by the server, kept on this computer</source>
            <translation>não aceito pelo servidor, guardado neste computador</translation>
        </message>
        <message>
            <source>kept on this computer until the server is back</source>
            <translation>guardado neste computador até o servidor voltar</translation>
        </message>
        <message>
            <source>saving…</source>
            <translation>salvando…</translation>
        </message>
        <message>
            <source>saved</source>
            <translation>salvo</translation>
        </message>
        <message>
            <source>Wrap-up {time} left</source>
            <translation>Restam {time}</translation>
        </message>
        <message>
            <source>Wrap-up without a limit</source>
            <translation>Pós-atendimento sem limite</translation>
        </message>
        <message>
            <source>Finish and {what}</source>
            <translation>Concluir e {what}</translation>
        </message>
        <message>
            <source>Finish</source>
            <translation>Concluir</translation>
        </message>
        <message>
            <source>In the wrap-up, after the call</source>
            <translation>No pós-atendimento, depois da chamada</translation>
        </message>
        <message>
            <source>+30 s</source>
            <translation>+30 s</translation>
        </message>
        <message>
            <source>Only during a wrap-up with a limit</source>
            <translation>Só durante um pós-atendimento com limite</translation>
        </message>
        <message>
            <source>Calls</source>
            <translation>Chamadas</translation>
        </message>
        <message>
            <source>Talking</source>
            <translation>Conversando</translation>
        </message>
        <message>
            <source>On hold</source>
            <translation>Em espera</translation>
        </message>
        <message>
            <source>Wrap-up</source>
            <translation>Pós-atendimento</translation>
        </message>
        <message>
            <source>Per call, on average</source>
            <translation>Média por chamada</translation>
        </message>
        <message>
            <source>Not answered</source>
            <translation>Não atendidas</translation>
        </message>
        <message>
            <source>Passed on</source>
            <translation>Transferidas</translation>
        </message>
        <message>
            <source>Ready, without a call</source>
            <translation>Disponível, sem chamada</translation>
        </message>
        <message>
            <source>Not ready: {reason}</source>
            <translation>Indisponível: {reason}</translation>
        </message>
        <message>
            <source>Call not answered</source>
            <translation>Chamada não atendida</translation>
        </message>
        <message>
            <source>Phone was busy</source>
            <translation>Telefone ocupado</translation>
        </message>
        <message>
            <source>Call rejected</source>
            <translation>Chamada recusada</translation>
        </message>
        <message>
            <source>Call not accepted</source>
            <translation>Chamada não aceita</translation>
        </message>
        <message>
            <source>Phone not reachable</source>
            <translation>Telefone inacessível</translation>
        </message>
        <message>
            <source>Logged out</source>
            <translation>Desconectado</translation>
        </message>
        <message>
            <source>Call coming</source>
            <translation>Chamada chegando</translation>
        </message>
        <message>
            <source>Ringing</source>
            <translation>Tocando</translation>
        </message>
        <message>
            <source>On call</source>
            <translation>Em chamada</translation>
        </message>
        <message>
            <source>Not reachable</source>
            <translation>Inacessível</translation>
        </message>
        <message>
            <source>No connection</source>
            <translation>Sem conexão</translation>
        </message>
        <message>
            <source>Answer the call</source>
            <translation>Atender a chamada</translation>
        </message>
        <message>
            <source>Be ready</source>
            <translation>Ficar disponível</translation>
        </message>
        <message>
            <source>Be not ready, with a reason</source>
            <translation>Ficar indisponível, com motivo</translation>
        </message>
        <message>
            <source>Choose what comes after this call</source>
            <translation>Escolher o que vem depois</translation>
        </message>
        <message>
            <source>Go to the notes</source>
            <translation>Ir para as anotações</translation>
        </message>
        <message>
            <source>Choose the result</source>
            <translation>Escolher o resultado</translation>
        </message>
        <message>
            <source>Find a customer, an action or a result</source>
            <translation>Achar cliente, ação ou resultado</translation>
        </message>
        <message>
            <source>Go to the customer's history</source>
            <translation>Ir para o histórico</translation>
        </message>
        <message>
            <source>Choose one of several customers</source>
            <translation>Escolher um de vários clientes</translation>
        </message>
        <message>
            <source>None of them: a new card</source>
            <translation>Nenhum deles: nova ficha</translation>
        </message>
        <message>
            <source>Change the customer's card</source>
            <translation>Alterar a ficha do cliente</translation>
        </message>
        <message>
            <source>Save the customer's card</source>
            <translation>Salvar a ficha do cliente</translation>
        </message>
        <message>
            <source>Microphone, loudspeaker and ring</source>
            <translation>Microfone, alto-falante e toque</translation>
        </message>
        <message>
            <source>Larger, smaller, normal text</source>
            <translation>Texto maior, menor, normal</translation>
        </message>
        <message>
            <source>Close the notice</source>
            <translation>Fechar o aviso</translation>
        </message>
        <message>
            <source>List the keys</source>
            <translation>Listar as teclas</translation>
        </message>
        <message>
            <source>When</source>
            <translation>Quando</translation>
        </message>
        <message>
            <source>What</source>
            <translation>O quê</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Nome</translation>
        </message>
        <message>
            <source>Telephone</source>
            <translation>Telefone</translation>
        </message>
        <message>
            <source>Customer no.</source>
            <translation>Nº de cliente</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Idioma</translation>
        </message>
        <message>
            <source>Segment</source>
            <translation>Segmento</translation>
        </message>
        <message>
            <source>There is a call, or something is not saved yet.</source>
            <translation>Há uma chamada, ou algo ainda não foi salvo.</translation>
        </message>
        <message>
            <source>The call goes on without the window; a new window finds it again.</source>
            <translation>A chamada continua sem a janela; uma nova janela a reencontra.</translation>
        </message>
        <message>
            <source>Close the window</source>
            <translation>Fechar a janela</translation>
        </message>
        <message>
            <source>Stay</source>
            <translation>Ficar</translation>
        </message>
        <message>
            <source>{name} listens</source>
            <translation>{name} está ouvindo</translation>
        </message>
        <message>
            <source>{name} speaks to you; the customer does not hear it</source>
            <translation>{name} fala com você; o cliente não ouve</translation>
        </message>
        <message>
            <source>{name} is in the call; the customer hears it</source>
            <translation>{name} está na chamada; o cliente ouve</translation>
        </message>
        <message>
            <source>Say that the message was seen</source>
            <translation>Dizer que a mensagem foi vista</translation>
        </message>
        <message>
            <source>this message is gone.</source>
            <translation>esta mensagem não existe mais.</translation>
        </message>
        <message>
            <source>Message from {name} to all of {queue}, {time}</source>
            <translation>Mensagem de {name} para todos de {queue}, {time}</translation>
        </message>
        <message>
            <source>Message from {name}, {time}</source>
            <translation>Mensagem de {name}, {time}</translation>
        </message>
        <message>
            <source>Message from {name}</source>
            <translation>Mensagem de {name}</translation>
        </message>
        <message>
            <source>{count} more</source>
            <translation>mais {count}</translation>
        </message>
        <message>
            <source>Seen</source>
            <translation>Vista</translation>
        </message>
    </context>
    <context>
        <name>desk.words</name>
        <message>
            <source>The phone could not do this: {why}</source>
            <translation>O telefone não conseguiu: {why}</translation>
        </message>
        <message>
            <source>The card is not saved: there is no connection to the server.</source>
            <translation>A ficha não foi salva: não há conexão com o servidor.</translation>
        </message>
        <message>
            <source>{name} has taken the call.</source>
            <translation>{name} atendeu a ligação.</translation>
        </message>
        <message>
            <source>The customer's card is saved.</source>
            <translation>A ficha do cliente está salva.</translation>
        </message>
        <message>
            <source>ready</source>
            <translation>ficar disponível</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fechar</translation>
        </message>
    </context>
    <context>
        <name>self._words</name>
        <message>
            <source>sent: {digits}</source>
            <translation>enviado: {digits}</translation>
        </message>
        <message>
            <source>The next call rings here.</source>
            <translation>A próxima chamada toca aqui.</translation>
        </message>
        <message>
            <source>No calls come. Press {key} to be ready.</source>
            <translation>Nenhuma chamada vem. Pressione {key} para ficar disponível.</translation>
        </message>
        <message>
            <source>No calls come just now.</source>
            <translation>Nenhuma chamada vem agora.</translation>
        </message>
        <message>
            <source>nobody waits</source>
            <translation>ninguém espera</translation>
        </message>
        <message>
            <source>What was it about, what was promised? Saved by itself.</source>
            <translation>Qual foi o assunto, o que foi prometido? Salva sozinho.</translation>
        </message>
        <message>
            <source>None of them: a new card</source>
            <translation>Nenhum deles: nova ficha</translation>
        </message>
        <message>
            <source>My state: {word}</source>
            <translation>Meu estado: {word}</translation>
        </message>
        <message>
            <source>{count} more queues</source>
            <translation>mais {count} filas</translation>
        </message>
        <message>
            <source>The system's choice</source>
            <translation>Escolha do sistema</translation>
        </message>
    </context>
    <context>
        <name>words</name>
        <message>
            <source>none chosen</source>
            <translation>nenhum escolhido</translation>
        </message>
        <message>
            <source>Customer {number}</source>
            <translation>Cliente {number}</translation>
        </message>
        <message>
            <source>No notes were written.</source>
            <translation>Nada foi anotado.</translation>
        </message>
        <message>
            <source>No name</source>
            <translation>Sem nome</translation>
        </message>
        <message>
            <source>today {time}</source>
            <translation>hoje {time}</translation>
        </message>
        <message>
            <source>yesterday {time}</source>
            <translation>ontem {time}</translation>
        </message>
        <message>
            <source>{day} {month}</source>
            <translation>{day} {month}</translation>
        </message>
        <message>
            <source>{day} {month} {year}</source>
            <translation>{day} {month} {year}</translation>
        </message>
        <message>
            <source>saved</source>
            <translation>salvo</translation>
        </message>
        <message>
            <source>saved {count} s ago</source>
            <translation>salvo há {count} s</translation>
        </message>
        <message>
            <source>saved {count} min ago</source>
            <translation>salvo há {count} min</translation>
        </message>
        <message>
            <source>Find customer or action…</source>
            <translation>Achar cliente ou ação…</translation>
        </message>
        <message>
            <source>Find a customer, an action or a result</source>
            <translation>Achar cliente, ação ou resultado</translation>
        </message>
        <message>
            <source>Found</source>
            <translation>Encontrado</translation>
        </message>
        <message>
            <source>Key {digit}</source>
            <translation>Tecla {digit}</translation>
        </message>
        <message>
            <source>My queues</source>
            <translation>Minhas filas</translation>
        </message>
        <message>
            <source>Contact</source>
            <translation>Contato</translation>
        </message>
        <message>
            <source>Notes</source>
            <translation>Anotações</translation>
        </message>
        <message>
            <source>Customer</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Change the card</source>
            <translation>Alterar a ficha</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Histórico</translation>
        </message>
        <message>
            <source>My state</source>
            <translation>Meu estado</translation>
        </message>
        <message>
            <source>After this call</source>
            <translation>Depois</translation>
        </message>
        <message>
            <source>Microphone, loudspeaker and ring</source>
            <translation>Microfone, alto-falante e toque</translation>
        </message>
        <message>
            <source>several: separated by commas</source>
            <translation>vários: separados por vírgulas</translation>
        </message>
        <message>
            <source>Save the card</source>
            <translation>Salvar a ficha</translation>
        </message>
        <message>
            <source>Log in to the desk</source>
            <translation>Entrar no posto de atendimento</translation>
        </message>
        <message>
            <source>Server</source>
            <translation>Servidor</translation>
        </message>
        <message>
            <source>User</source>
            <translation>Usuário</translation>
        </message>
        <message>
            <source>Password</source>
            <translation>Senha</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Idioma</translation>
        </message>
        <message>
            <source>Log in</source>
            <translation>Entrar</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>Teclas</translation>
        </message>
        <message>
            <source>Help, colleagues, my day</source>
            <translation>Ajuda, colegas, meu dia</translation>
        </message>
        <message>
            <source>Colleagues</source>
            <translation>Colegas</translation>
        </message>
        <message>
            <source>My day</source>
            <translation>Meu dia</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>Ajuda</translation>
        </message>
        <message>
            <source>type to filter…</source>
            <translation>digite para filtrar…</translation>
        </message>
        <message>
            <source>Filter the results</source>
            <translation>Filtrar os resultados</translation>
        </message>
        <message>
            <source>Results</source>
            <translation>Resultados</translation>
        </message>
        <message>
            <source>Time left of the wrap-up</source>
            <translation>Tempo restante do pós-atendimento</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Fechar</translation>
        </message>
        <message>
            <source>Test the ring</source>
            <translation>Testar o toque</translation>
        </message>
        <message>
            <source>Microphone</source>
            <translation>Microfone</translation>
        </message>
        <message>
            <source>Its level</source>
            <translation>Nível dele</translation>
        </message>
        <message>
            <source>Loudspeaker</source>
            <translation>Alto-falante</translation>
        </message>
        <message>
            <source>What you hear</source>
            <translation>O que você ouve</translation>
        </message>
        <message>
            <source>Ring on</source>
            <translation>Tocar em</translation>
        </message>
        <message>
            <source>Ring volume</source>
            <translation>Volume do toque</translation>
        </message>
        <message>
            <source>Give that answer of the script</source>
            <translation>Dar essa resposta do roteiro</translation>
        </message>
        <message>
            <source>Go on in the script</source>
            <translation>Avançar no roteiro</translation>
        </message>
        <message>
            <source>Go back in the script</source>
            <translation>Voltar no roteiro</translation>
        </message>
        <message>
            <source>Go to the script's field</source>
            <translation>Ir para o campo do roteiro</translation>
        </message>
        <message>
            <source>Jump to another place in the script</source>
            <translation>Pular para outro ponto do roteiro</translation>
        </message>
        <message>
            <source>Show or hide the script's hints</source>
            <translation>Mostrar ou ocultar as dicas do roteiro</translation>
        </message>
        <message>
            <source>Leave the script</source>
            <translation>Sair do roteiro</translation>
        </message>
        <message>
            <source>the server could not begin the script.</source>
            <translation>o servidor não conseguiu iniciar o roteiro.</translation>
        </message>
        <message>
            <source>no script of that name is published.</source>
            <translation>não há roteiro publicado com esse nome.</translation>
        </message>
        <message>
            <source>the service that runs scripts is not there.</source>
            <translation>o serviço que executa os roteiros não está disponível.</translation>
        </message>
        <message>
            <source>the script's session is gone.</source>
            <translation>a sessão do roteiro não existe mais.</translation>
        </message>
        <message>
            <source>the script has not begun yet.</source>
            <translation>o roteiro ainda não começou.</translation>
        </message>
        <message>
            <source>the script is not for the desk.</source>
            <translation>o roteiro não é para o atendimento na mesa.</translation>
        </message>
        <message>
            <source>the answer could not be stored; please try again.</source>
            <translation>a resposta não pôde ser salva; tente de novo.</translation>
        </message>
        <message>
            <source>the script has moved on; please look again.</source>
            <translation>o roteiro já avançou; confira de novo.</translation>
        </message>
        <message>
            <source>Yes, that is right</source>
            <translation>Sim, está certo</translation>
        </message>
        <message>
            <source>No, ask again</source>
            <translation>Não, perguntar de novo</translation>
        </message>
        <message>
            <source>Press again: {label}</source>
            <translation>Pressione de novo: {label}</translation>
        </message>
        <message>
            <source>The script is at its end.</source>
            <translation>O roteiro chegou ao fim.</translation>
        </message>
        <message>
            <source>The script ended without success.</source>
            <translation>O roteiro terminou sem sucesso.</translation>
        </message>
        <message>
            <source>The script ended with a part done.</source>
            <translation>O roteiro terminou com uma parte feita.</translation>
        </message>
        <message>
            <source>The script ended: pass the call on.</source>
            <translation>O roteiro terminou: transfira a chamada.</translation>
        </message>
        <message>
            <source>The script ended: the customer wants a call-back.</source>
            <translation>O roteiro terminou: o cliente quer que liguem de volta.</translation>
        </message>
        <message>
            <source>The script was closed before its end.</source>
            <translation>O roteiro foi encerrado antes do fim.</translation>
        </message>
        <message>
            <source>Result: {name}.</source>
            <translation>Resultado: {name}.</translation>
        </message>
        <message>
            <source>The script begins when you answer the call.</source>
            <translation>O roteiro começa quando você atender a chamada.</translation>
        </message>
        <message>
            <source>The script cannot be begun just now: {why}</source>
            <translation>O roteiro não pode ser iniciado agora: {why}</translation>
        </message>
        <message>
            <source>Go on without it; it is tried again by itself.</source>
            <translation>Continue sem ele; a tentativa se repete sozinha.</translation>
        </message>
        <message>
            <source>Take it up again</source>
            <translation>Retomar</translation>
        </message>
        <message>
            <source>You have left the script. Nothing is lost.</source>
            <translation>Você saiu do roteiro. Nada se perde.</translation>
        </message>
        <message>
            <source>It goes on at the same question.</source>
            <translation>Ele continua na mesma pergunta.</translation>
        </message>
        <message>
            <source>The script begins…</source>
            <translation>O roteiro está começando…</translation>
        </message>
        <message>
            <source>It is not in your list of results: choose one yourself.</source>
            <translation>Não está na sua lista de resultados: escolha um você mesmo.</translation>
        </message>
        <message>
            <source>Queue: {name}.</source>
            <translation>Fila: {name}.</translation>
        </message>
        <message>
            <source>Skip</source>
            <translation>Pular pergunta</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>Avançar</translation>
        </message>
        <message>
            <source>Script: {title}</source>
            <translation>Roteiro: {title}</translation>
        </message>
        <message>
            <source>version {version}</source>
            <translation>versão {version}</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Voltar</translation>
        </message>
        <message>
            <source>This is the first question</source>
            <translation>Esta é a primeira pergunta</translation>
        </message>
        <message>
            <source>Told before: {answers}</source>
            <translation>Dito antes: {answers}</translation>
        </message>
        <message>
            <source>Jump</source>
            <translation>Ir para…</translation>
        </message>
        <message>
            <source>Filter the answers</source>
            <translation>Filtrar as respostas</translation>
        </message>
        <message>
            <source>Answers</source>
            <translation>Respostas</translation>
        </message>
        <message>
            <source>day/month/year</source>
            <translation>dia/mês/ano</translation>
        </message>
        <message>
            <source>hours:minutes</source>
            <translation>horas:minutos</translation>
        </message>
        <message>
            <source>day/month/year hours:minutes</source>
            <translation>dia/mês/ano horas:minutos</translation>
        </message>
        <message>
            <source>Calendar</source>
            <translation>Calendário</translation>
        </message>
        <message>
            <source>Answers stay as they are. Enter jumps, Esc stays here.</source>
            <translation>As respostas ficam como estão. Enter vai, Esc fica aqui.</translation>
        </message>
        <message>
            <source>Script</source>
            <translation>Roteiro</translation>
        </message>
        <message>
            <source>Earlier questions</source>
            <translation>Perguntas anteriores</translation>
        </message>
        <message>
            <source>For you</source>
            <translation>Para você</translation>
        </message>
        <message>
            <source>What to say, and the answers</source>
            <translation>O que dizer, e as respostas</translation>
        </message>
        <message>
            <source>Language of the script</source>
            <translation>Idioma do roteiro</translation>
        </message>
        <message>
            <source>SAY</source>
            <translation>DIGA</translation>
        </message>
        <message>
            <source>ANSWER  [Alt + digit]</source>
            <translation>RESPOSTA  [Alt + número]</translation>
        </message>
        <message>
            <source>ANSWER</source>
            <translation>RESPOSTA</translation>
        </message>
        <message>
            <source>Hints</source>
            <translation>Dicas</translation>
        </message>
        <message>
            <source>Leave</source>
            <translation>Sair</translation>
        </message>
        <message>
            <source>Messages ({count})</source>
            <translation>Mensagens ({count})</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>Mensagens</translation>
        </message>
        <message>
            <source>No messages here.</source>
            <translation>Nenhuma mensagem aqui.</translation>
        </message>
        <message>
            <source>You have no mailbox.</source>
            <translation>Você não tem caixa postal.</translation>
        </message>
        <message>
            <source>urgent</source>
            <translation>urgente</translation>
        </message>
        <message>
            <source>number not shown</source>
            <translation>número não identificado</translation>
        </message>
        <message>
            <source>The server does not answer.</source>
            <translation>O servidor não responde.</translation>
        </message>
        <message>
            <source>The message cannot be played on this computer.</source>
            <translation>A mensagem não pode ser reproduzida neste computador.</translation>
        </message>
        <message>
            <source>You hear this message: call the customer, or say that no call is needed.</source>
            <translation>Você está ouvindo esta mensagem: ligue para o cliente ou diga que não é preciso ligar.</translation>
        </message>
        <message>
            <source>This message is your task: pick up your phone to hear it.</source>
            <translation>Esta mensagem é sua tarefa: atenda o telefone para ouvi-la.</translation>
        </message>
        <message>
            <source>Voice messages</source>
            <translation>Mensagens de voz</translation>
        </message>
        <message>
            <source>Mailbox</source>
            <translation>Caixa postal</translation>
        </message>
        <message>
            <source>Space plays, ← and → move by 5 seconds, Delete deletes</source>
            <translation>Espaço reproduz, ← e → avançam ou voltam 5 segundos, Delete apaga</translation>
        </message>
        <message>
            <source>Place in the message</source>
            <translation>Posição na mensagem</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>Ouvir</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pausar</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Guardar</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Apagar</translation>
        </message>
        <message>
            <source>Call back</source>
            <translation>Retornar</translation>
        </message>
        <message>
            <source>Forward</source>
            <translation>Encaminhar</translation>
        </message>
        <message>
            <source>New</source>
            <translation>Novas</translation>
        </message>
        <message>
            <source>Urgent</source>
            <translation>Urgentes</translation>
        </message>
        <message>
            <source>Saved</source>
            <translation>Guardadas</translation>
        </message>
        <message>
            <source>Call the customer</source>
            <translation>Ligar para o cliente</translation>
        </message>
        <message>
            <source>No call needed</source>
            <translation>Não é preciso ligar</translation>
        </message>
        <message>
            <source>pick up your phone and hear the message first.</source>
            <translation>atenda o telefone e ouça a mensagem primeiro.</translation>
        </message>
        <message>
            <source>the caller's number is not known.</source>
            <translation>o número de quem ligou não é conhecido.</translation>
        </message>
        <message>
            <source>you are in no queue in which the call could be counted.</source>
            <translation>você não está em nenhuma fila em que a ligação possa ser contada.</translation>
        </message>
        <message>
            <source>be ready and free to call back.</source>
            <translation>fique disponível e livre para retornar.</translation>
        </message>
        <message>
            <source>a colleague calls back already.</source>
            <translation>um colega já está retornando.</translation>
        </message>
        <message>
            <source>Go to the voice messages</source>
            <translation>Ir para as mensagens de voz</translation>
        </message>
        <message>
            <source>Pass the customer on to {queue}</source>
            <translation>Transferir o cliente para {queue}</translation>
        </message>
        <message>
            <source>there is no talk to pass on.</source>
            <translation>não há conversa para transferir.</translation>
        </message>
        <message>
            <source>the server starts or ends just now; please try again.</source>
            <translation>o servidor está iniciando ou terminando; tente de novo.</translation>
        </message>
        <message>
            <source>that queue takes nobody just now; the customer is still yours.</source>
            <translation>essa fila não aceita ninguém agora; o cliente continua com você.</translation>
        </message>
        <message>
            <source>the script does not say where to.</source>
            <translation>o roteiro não diz para onde.</translation>
        </message>
        <message>
            <source>that queue does not exist; the customer is still yours.</source>
            <translation>essa fila não existe; o cliente continua com você.</translation>
        </message>
        <message>
            <source>a file is a picture or a PDF.</source>
            <translation>um arquivo é uma imagem ou um PDF.</translation>
        </message>
        <message>
            <source>the file is too large.</source>
            <translation>o arquivo é grande demais.</translation>
        </message>
        <message>
            <source>no more files are taken for this conversation.</source>
            <translation>não se aceitam mais arquivos nesta conversa.</translation>
        </message>
        <message>
            <source>the server could not store the file; please try again.</source>
            <translation>o servidor não conseguiu guardar o arquivo; tente de novo.</translation>
        </message>
        <message>
            <source>the connection broke off; please try again.</source>
            <translation>a conexão caiu; tente de novo.</translation>
        </message>
        <message>
            <source>the file cannot be read.</source>
            <translation>o arquivo não pode ser lido.</translation>
        </message>
        <message>
            <source>Signature</source>
            <translation>Assinatura</translation>
        </message>
        <message>
            <source>There is no connection to the server; try again when it is back.</source>
            <translation>Não há conexão com o servidor; tente de novo quando ela voltar.</translation>
        </message>
        <message>
            <source>The file is larger than {most} MB.</source>
            <translation>O arquivo tem mais de {most} MB.</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Arquivo</translation>
        </message>
        <message>
            <source>or on paper: under which name or number it is filed</source>
            <translation>ou em papel: com que nome ou número está arquivado</translation>
        </message>
        <message>
            <source>Choose a file…</source>
            <translation>Escolher um arquivo…</translation>
        </message>
        <message>
            <source>Choose a file: {question}</source>
            <translation>Escolher um arquivo: {question}</translation>
        </message>
        <message>
            <source>Choose a file</source>
            <translation>Escolher um arquivo</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>Apagar</translation>
        </message>
        <message>
            <source>Clear the signature</source>
            <translation>Apagar a assinatura</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Remover</translation>
        </message>
        <message>
            <source>Place to sign: {question}</source>
            <translation>Lugar para assinar: {question}</translation>
        </message>
        <message>
            <source>sign with the mouse, a pen or a finger</source>
            <translation>assine com o mouse, uma caneta ou o dedo</translation>
        </message>
        <message>
            <source>Sign again</source>
            <translation>Assinar de novo</translation>
        </message>
        <message>
            <source>Pictures and PDF</source>
            <translation>Imagens e PDF</translation>
        </message>
        <message>
            <source>All files</source>
            <translation>Todos os arquivos</translation>
        </message>
        <message>
            <source>Not attached ({name}): {why}</source>
            <translation>Não anexado ({name}): {why}</translation>
        </message>
        <message>
            <source>or drop it here: a picture or a PDF, at most {most} MB</source>
            <translation>ou solte aqui: uma imagem ou um PDF, no máximo {most} MB</translation>
        </message>
        <message>
            <source>or drop it here: a picture or a PDF</source>
            <translation>ou solte aqui: uma imagem ou um PDF</translation>
        </message>
        <message>
            <source>✓  Attached: {name}</source>
            <translation>✓  Anexado: {name}</translation>
        </message>
        <message>
            <source>too much is being sent just now; please try again.</source>
            <translation>está sendo enviado demais agora; tente de novo.</translation>
        </message>
        <message>
            <source>Sending, {percent} %: {name}</source>
            <translation>Enviando, {percent} %: {name}</translation>
        </message>
        <message>
            <source>file ({kind})</source>
            <translation>arquivo ({kind})</translation>
        </message>
        <message>
            <source>Opening {name}…</source>
            <translation>Abrindo {name}…</translation>
        </message>
        <message>
            <source>Not opened ({name}): {why}</source>
            <translation>Não aberto ({name}): {why}</translation>
        </message>
        <message>
            <source>Open {name}</source>
            <translation>Abrir {name}</translation>
        </message>
        <message>
            <source>Open a file ({count})</source>
            <translation>Abrir um arquivo ({count})</translation>
        </message>
        <message>
            <source>Open a file that was attached</source>
            <translation>Abrir um arquivo anexado</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Abrir</translation>
        </message>
        <message>
            <source>the file is not on the server any more.</source>
            <translation>o arquivo não está mais no servidor.</translation>
        </message>
        <message>
            <source>the connection broke off; please try again.</source>
            <translation>a conexão caiu; tente de novo.</translation>
        </message>
        <message>
            <source>it cannot be stored on this computer.</source>
            <translation>não é possível guardá-lo neste computador.</translation>
        </message>
        <message>
            <source>Save the file</source>
            <translation>Salvar o arquivo</translation>
        </message>
        <message>
            <source>Type user and password again.</source>
            <translation>Digite usuário e senha de novo.</translation>
        </message>
        <message>
            <source>Log in anew</source>
            <translation>Entrar de novo</translation>
        </message>
        <message>
            <source>The server cannot be reached: {why}</source>
            <translation>Não é possível chegar ao servidor: {why}</translation>
        </message>
        <message>
            <source>If the address is wrong, log in anew.</source>
            <translation>Se o endereço estiver errado, entre de novo.</translation>
        </message>
        <message>
            <source>Nobody whom this computer trusts vouches for the server's certificate: the desk tells it nothing.</source>
            <translation>Ninguém em quem este computador confia responde pelo certificado do servidor: nada é enviado a ele.</translation>
        </message>
        <message>
            <source>Tell your administrator: the authority must be installed here, or named with --certificates.</source>
            <translation>Avise o administrador: a autoridade certificadora precisa ser instalada aqui ou indicada com --certificates.</translation>
        </message>
        <message>
            <source>The server's certificate is for another address than this one: the desk tells it nothing.</source>
            <translation>O certificado do servidor é de outro endereço, não deste: nada é enviado a ele.</translation>
        </message>
        <message>
            <source>If the address is wrong, log in anew. If it is right, tell your administrator.</source>
            <translation>Se o endereço estiver errado, entre de novo. Se estiver certo, avise o administrador.</translation>
        </message>
        <message>
            <source>The server's certificate is not valid today: the desk tells it nothing.</source>
            <translation>O certificado do servidor não vale hoje: nada é enviado a ele.</translation>
        </message>
        <message>
            <source>Look at this computer's clock. If it is right, tell your administrator to renew the certificate.</source>
            <translation>Confira o relógio deste computador. Se estiver certo, peça ao administrador que renove o certificado.</translation>
        </message>
        <message>
            <source>The server's certificate is refused: {why}</source>
            <translation>O certificado do servidor foi recusado: {why}</translation>
        </message>
        <message>
            <source>Tell your administrator.</source>
            <translation>Avise o administrador.</translation>
        </message>
        <message>
            <source>what answers there is no Caruso server ({detail}); is it https:// in the address?</source>
            <translation>quem responde lá não é um servidor Caruso ({detail}); o endereço não começa com https://?</translation>
        </message>
        <message>
            <source>the server is elsewhere; write {detail} as its address.</source>
            <translation>o servidor está em outro lugar; escreva {detail} como endereço.</translation>
        </message>
        <message>
            <source>user or password is wrong.</source>
            <translation>usuário ou senha não confere.</translation>
        </message>
        <message>
            <source>there were too many attempts; please wait a minute.</source>
            <translation>houve tentativas demais; espere um minuto.</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <translation>Conectando…</translation>
        </message>
        <message>
            <source>connecting…</source>
            <translation>conectando…</translation>
        </message>
        <message>
            <source>before the call</source>
            <translation>antes da chamada</translation>
        </message>
        <message>
            <source>not at its end</source>
            <translation>não chegou ao fim</translation>
        </message>
    </context>
</TS>
