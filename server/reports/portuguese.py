"""Reports in Brazilian Portuguese: titles of reports and columns, and the formulas.

What has no words here (a site's own titles) stays as it is.
"""

import msgspec

from server.records.figures import NOT_READY
from server.reports.table import Column, Table

TITLES = {
    "Abandoned and waiting": "Abandonos e espera",
    "Agent performance": "Desempenho dos agentes",
    "Agents' availability": "Disponibilidade dos agentes",
    "Average connected time": "Tempo médio de conversa",
    "Call-backs": "Retornos",
    "Calls per queue and interval": "Chamadas por fila e intervalo",
    "Calls that nobody answered, one by one": "Chamadas que ninguém atendeu, uma a uma",
    "Customers": "Clientes",
    "Transferred calls": "Chamadas transferidas",
    "Voicemail": "Correio de voz",
    "Voice messages": "Mensagens de voz",
}
"""Of the shipped reports, by their English titles."""

COLUMNS: dict[str, tuple[str, str]] = {
    "queue": ("Fila", ""),
    "agent": ("Agente", ""),
    "customer": ("Cliente", ""),
    "mailbox": ("Caixa postal", ""),
    "messages": ("Mensagens", "mensagens deixadas por quem ligou"),
    "messages_forwarded": ("Encaminhadas", "cópias vindas de outras caixas"),
    "messages_urgent": ("Urgentes", "de ambas, as urgentes"),
    "message_mean_seconds": ("Duração", "duração média de ambas"),
    "messages_saved": ("Guardadas", "mensagens que alguém guardou"),
    "messages_deleted": ("Apagadas", "mensagens que foram apagadas"),
    "messages_tasks": ("Tarefas", "mensagens que esperaram em uma fila"),
    "messages_not_taken": ("Não guardadas", "a quem se disse que nada pôde ser guardado: caixa ou disco cheio"),
    "interval": ("Intervalo", ""),
    "offered": ("Oferecidas", "chamadas que entraram na fila, ou foram recusadas na entrada, no intervalo"),
    "answered": ("Atendidas", "chamadas do intervalo que um agente atendeu"),
    "within": ("Em até T", "chamadas atendidas com espera <= T"),
    "abandoned": ("Abandonadas", "clientes que saíram da fila após 5 s ou mais; não os que recebem um retorno"),
    "short_abandoned": ("Abandonos curtos", "clientes que saíram da fila em menos de 5 s, contados à parte"),
    "overflowed": ("Transbordadas", "chamadas que foram para outra fila ou despedida por esperar demais"),
    "call_back": ("Retornos", "clientes que escolheram receber um retorno"),
    "call_back_reached": ("Alcançados", "retornos em que agente e cliente conversaram"),
    "voicemail": ("Correio de voz", "clientes que foram para uma caixa de mensagens"),
    "other": ("Outras", "chamadas que terminaram por fila fechada, cheia, falha ou de outro modo"),
    "missed": ("Ofertas perdidas", "ofertas que tocaram e não foram atendidas"),
    "transferred": (
        "Passadas adiante",
        "quantas vezes um agente da fila passou uma chamada adiante; conta no intervalo em que a chamada entrou",
    ),
    "transferred_in": (
        "Passadas a ela",
        "quantas vezes um agente passou uma chamada a esta fila; oferecida e atendida conta onde esteve primeiro",
    ),
    "transferred_lost": ("Perdidas depois", "clientes passados adiante que saíram antes do agente seguinte"),
    "handled": (
        "Concluídas",
        "conversas com um agente, com pós-atendimento e retornos, de chamadas que terminaram; uma que foi passada "
        "adiante conta uma vez para cada agente",
    ),
    "service_level": (
        "Nível de serviço",
        "atendidas em até T / (atendidas + abandonadas - abandonadas em até T); por fila também: atendidas em até T "
        "/ oferecidas (abandonos contra), ou (atendidas + abandonadas, em até T) / oferecidas (abandonos a favor)",
    ),
    "abandon_rate": ("Taxa de abandono", "abandonadas / oferecidas, sem os abandonos curtos em ambas"),
    "asa_seconds": ("TMEA", "tempo médio até atender: soma das esperas das atendidas / atendidas"),
    "abandon_wait_seconds": (
        "Espera dos abandonos",
        "soma das esperas das abandonadas, com os abandonos curtos / o seu número",
    ),
    "longest_wait_seconds": ("Maior espera", "maior espera de uma chamada do intervalo cuja espera terminou"),
    "aht_seconds": ("TMA", "tempo médio de atendimento: (conversa + espera + pós-atendimento) / concluídas"),
    "connected_seconds": ("Tempo de conversa", "(conversa + espera) / concluídas"),
    "queue_talk_seconds": ("Conversa", "conversa das concluídas, sem a espera"),
    "queue_hold_seconds": ("Espera", "tempo em espera das concluídas"),
    "queue_wrap_up_seconds": ("Pós-atendimento", "pós-atendimento das concluídas"),
    "occupancy": (
        "Ocupação",
        "(conversa + espera + pós-atendimento) / (conversa + espera + pós-atendimento + livre), dos agentes",
    ),
    "utilisation": (
        "Utilização",
        "(conversa + espera) / (conversa + espera + pós-atendimento + livre), dos agentes",
    ),
    "not_ready_seconds": (
        "Em pausa",
        "tempo dos agentes em pausa, todos os motivos; not_ready:MOTIVO é um só motivo",
    ),
    "logged_in_seconds": ("Conectado", "livre + em pausa + chamando + conversa + espera + pós-atendimento"),
    "idle_seconds": ("Livre", "disponível e livre"),
    "ringing_seconds": ("Chamando", "reservado ou chamando"),
    "talk_seconds": ("Conversa", "em conversa, sem a espera"),
    "hold_seconds": ("Espera", "o cliente estava em espera"),
    "wrap_up_seconds": ("Pós-atendimento", "depois das chamadas"),
    "calls": ("Chamadas", "chamadas às quais o agente foi ligado"),
    "agent_offered": ("Ofertas", "chamadas que foram oferecidas ao agente"),
    "agent_missed": ("Perdidas", "ofertas que tocaram e não foram atendidas"),
    "agent_transferred": ("Passadas adiante", "chamadas que o agente passou adiante"),
    "handling_seconds": ("TMA", "(conversa + espera + pós-atendimento) / chamadas, do agente no intervalo"),
    "agent_connected_seconds": ("Tempo de conversa", "(conversa + espera) / chamadas, do agente no intervalo"),
    "customer_calls": ("Chamadas", "chamadas que chegaram e terminaram, pós-atendimento incluído"),
    "customer_answered": ("Atendidas", "destas, as que um agente atendeu"),
    "customer_abandoned": ("Abandonadas", "destas, as que o cliente deixou ao esperar, com as curtas"),
    "customer_wait_seconds": ("Espera", "soma das esperas / chamadas"),
    "customer_transferred": ("Passadas adiante", "quantas vezes um agente passou uma chamada do cliente adiante"),
    "customer_talk_seconds": ("Conversa", "soma das conversas"),
    "call_id": ("Chamada", ""),
    "from": ("De", ""),
    "to": ("Para", ""),
    "arrived_at": ("Chegou", ""),
    "queued_at": ("Entrou na fila", ""),
    "offered_at": ("Oferecida", ""),
    "answered_at": ("Atendida", ""),
    "ended_at": ("Terminou", ""),
    "wait_seconds": ("Espera", ""),
    "outcome": ("Desfecho", ""),
    "released_by": ("Desligada por", ""),
    "state": ("Estado", ""),
    "cause": ("Causa", ""),
    "from_e164": ("De (E.164)", ""),
    "caller_name": ("Nome de quem ligou", ""),
    "caller_agent": ("Ligada pelo agente", ""),
    "trunk": ("Tronco", ""),
    "origin": ("Origem", ""),
    "card": ("Placa", ""),
    "notes": ("Notas", ""),
    "result": ("Resultado", ""),
    "wrap_up_began_at": ("Início do pós-atendimento", ""),
    "wrap_up_ended_at": ("Fim do pós-atendimento", ""),
    "wrap_up_ended_by": ("Pós-atendimento encerrado por", ""),
    "closed_at": ("Encerrada", ""),
}
"""Title and formula of each column, by name."""


WORDS: dict[str, dict[str, str]] = {
    "outcome": {
        "answered": "atendida",
        "abandoned": "abandonada",
        "short-abandoned": "abandono curto",
        "call-back": "retorno",
        "voicemail": "correio de voz",
        "overflowed": "transbordada",
        "closed": "fila fechada",
        "full": "fila cheia",
        "self-served": "autoatendimento",
        "blocked": "bloqueada",
        "failed": "falhou",
    },
    "released_by": {"customer": "cliente", "agent": "agente", "server": "servidor", "fault": "falha"},
}
"""What stands in columns of words."""


def in_portuguese(table: Table) -> Table:
    """The same report with Portuguese words."""
    return msgspec.structs.replace(
        table,
        title=TITLES.get(table.title, table.title),
        columns=[_column(column) for column in table.columns],
        names={**table.names, **{c.name: WORDS[c.name] for c in table.columns if c.name in WORDS}},
        language="pt-BR",
    )


def _column(column: Column) -> Column:
    if column.name.startswith(NOT_READY):
        reason = column.name.removeprefix(NOT_READY)
        formula = (
            f'tempo dos agentes em pausa, motivo "{reason}"' if reason else "tempo dos agentes em pausa sem motivo"
        )
        return msgspec.structs.replace(column, title=f"Em pausa ({reason or 'sem motivo'})", formula=formula)
    if column.name == "call_back" and not column.formula:  # the number, in a report of calls
        return msgspec.structs.replace(column, title="Retorno")
    title, formula = COLUMNS.get(column.name, (column.title, column.formula))
    return msgspec.structs.replace(column, title=title, formula=formula if column.formula else "")
