"""What voicemail says. Options come before their keys: who hears the right one knows the key a moment later."""

VOICEMAIL: dict[str, dict[str, str]] = {
    "en": {
        "voicemail-leave": "Nobody can take your call now. Please leave a message after the tone, and then press hash.",
        "voicemail-review": (
            "To save your message, press one. To hear it, press two. To record it again, press three. "
            "To mark it as urgent, press four."
        ),
        "voicemail-exit": "To speak with an agent, press zero.",
        "voicemail-too-short": "Your message was too short. Please speak after the tone.",
        "voicemail-nothing-recorded": "Nothing was recorded.",
        "voicemail-bye": "Goodbye.",
        "voicemail-urgent": "Your message is marked as urgent.",
        "voicemail-not-urgent": "Your message is no longer marked as urgent.",
        "voicemail-saved": "Your message is saved. Thank you.",
        "voicemail-box-full": "We are sorry. This mailbox is full, and your message could not be saved.",
        "voicemail-not-saved": "We are sorry. This could not be saved. Please try again later.",
        "voicemail-enter-box": "Please type the number of your mailbox, and then the hash key.",
        "voicemail-enter-pin": "Please type your PIN, and then the hash key.",
        "voicemail-wrong": "The number of the mailbox or the PIN is wrong.",
        "voicemail-locked": "This mailbox is locked after too many wrong PINs. Please try again later.",
        "voicemail-you-have": "You have",
        "voicemail-new": "new messages.",
        "voicemail-saved-ones": "saved messages.",
        "voicemail-none": "You have no messages.",
        "voicemail-no-more": "There are no more messages.",
        "voicemail-main": (
            "For new messages, press one. For saved messages, press two. For your greeting, press three."
        ),
        "voicemail-message": (
            "To hear it again, press one. To save it, press two. To delete it, press three. "
            "To forward it, press four. For the next message, press hash."
        ),
        "voicemail-urgent-one": "Urgent.",
        "voicemail-message-saved": "Saved.",
        "voicemail-message-deleted": "Deleted.",
        "voicemail-forward-to": "Please type the number of the mailbox that shall get a copy, and then the hash key.",
        "voicemail-forwarded": "A copy was sent.",
        "voicemail-not-forwarded": "No copy was sent: there is no such mailbox, or it is full.",
        "voicemail-greeting": (
            "To hear your greeting, press one. To record a new one, press two. To use ours, press three. "
            "To go back, press star."
        ),
        "voicemail-greeting-changed": "Your greeting is changed.",
    },
    "pt": {
        "voicemail-leave": (
            "Ninguém pode atender a sua ligação agora. Por favor, deixe uma mensagem após o sinal e depois tecle "
            "jogo da velha."
        ),
        "voicemail-review": (
            "Para guardar a mensagem, tecle um. Para ouvir, tecle dois. Para gravar de novo, tecle três. "
            "Para marcar como urgente, tecle quatro."
        ),
        "voicemail-exit": "Para falar com um atendente, tecle zero.",
        "voicemail-too-short": "A sua mensagem foi curta demais. Por favor, fale após o sinal.",
        "voicemail-nothing-recorded": "Nada foi gravado.",
        "voicemail-bye": "Até logo.",
        "voicemail-urgent": "A sua mensagem está marcada como urgente.",
        "voicemail-not-urgent": "A sua mensagem não está mais marcada como urgente.",
        "voicemail-saved": "A sua mensagem foi guardada. Obrigado.",
        "voicemail-box-full": "Desculpe. Esta caixa postal está cheia, e a sua mensagem não pôde ser guardada.",
        "voicemail-not-saved": "Desculpe. Não foi possível guardar. Por favor, tente mais tarde.",
        "voicemail-enter-box": "Por favor, digite o número da sua caixa postal e depois tecle jogo da velha.",
        "voicemail-enter-pin": "Por favor, digite a sua senha e depois tecle jogo da velha.",
        "voicemail-wrong": "O número da caixa postal ou a senha está errado.",
        "voicemail-locked": (
            "Esta caixa postal está bloqueada por causa de muitas senhas erradas. Por favor, tente mais tarde."
        ),
        "voicemail-you-have": "Você tem",
        "voicemail-new": "mensagens novas.",
        "voicemail-saved-ones": "mensagens guardadas.",
        "voicemail-none": "Você não tem mensagens.",
        "voicemail-no-more": "Não há mais mensagens.",
        "voicemail-main": (
            "Para mensagens novas, tecle um. Para mensagens guardadas, tecle dois. Para a sua saudação, tecle três."
        ),
        "voicemail-message": (
            "Para ouvir de novo, tecle um. Para guardar, tecle dois. Para apagar, tecle três. "
            "Para encaminhar, tecle quatro. Para a próxima mensagem, tecle jogo da velha."
        ),
        "voicemail-urgent-one": "Urgente.",
        "voicemail-message-saved": "Guardada.",
        "voicemail-message-deleted": "Apagada.",
        "voicemail-forward-to": (
            "Por favor, digite o número da caixa postal que deve receber uma cópia e depois tecle jogo da velha."
        ),
        "voicemail-forwarded": "Uma cópia foi enviada.",
        "voicemail-not-forwarded": "Nenhuma cópia foi enviada: a caixa postal não existe ou está cheia.",
        "voicemail-greeting": (
            "Para ouvir a sua saudação, tecle um. Para gravar uma nova, tecle dois. Para usar a nossa, tecle três. "
            "Para voltar, tecle asterisco."
        ),
        "voicemail-greeting-changed": "A sua saudação foi trocada.",
    },
}
