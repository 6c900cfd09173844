"""The tables of a site file, as structs: every key with its unit, range and default.

What lives here: `house`, `calls`, `queues`, `people`, `sending`; `server.config.site` puts them together, and everybody
else takes them from there. Unknown keys are errors. A key without a default is required. 0 means "no limit" wherever a
limit is meant. What may not live here: what is checked of values and references (`ranges`, `rules`).
"""
