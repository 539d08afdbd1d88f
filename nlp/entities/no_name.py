"""Capitalised words that name no entity: who supplied an item, places, currencies, terms of the trade."""

from __future__ import annotations

#: Agencies, terms, faiths, seasons; folded.
NO_ENTITIES = frozenset({
    "democratic", "oval office", "soviet union", "npat", "brent crude", "henry hub", "super bowl lix",
    "jv", "ca", "bloomberg", "seeking alpha", "adj", "rev", "boe", "fomc", "tsx", "tsxv", "otcpk",
    "otcqb", "otc",
    "asx", "nyse american", "barron", "nonfarm", "cusip", "isin", "dei", "usdjpy", "eurusd", "per share",
    "accesswire", "adr", "adrs", "afp", "afx", "agence france-presse", "agm", "ai", "ani", "ap", "api",
    "asean", "associated press", "benzinga", "bernama", "bitcoin", "bloomberg news", "breaking",
    "business wire", "businesswire", "cantonese", "ceo", "cfo", "chairman", "chinese", "chinese new year",
    "christian", "christmas", "cna", "cny", "coo", "correction", "covid", "covid-19", "cpi", "cto",
    "democrat", "democrats", "dollar", "dow jones", "dow jones newswires", "dpa", "ebitda", "efe", "egm",
    "english", "eps", "esg", "est", "etf", "etfs", "ether", "ethereum", "eu", "eur", "euro",
    "european union", "ev", "evs", "exclusive", "faq", "fy", "gaap", "gbp", "gdp", "globe newswire", "gmt",
    "gpu", "gpus", "greater bay area", "hk$", "hkd", "hksar", "hkt", "hong kong sar", "ians", "image",
    "internet", "investing.com", "ipo", "ipos", "jewish", "jpy", "kyodo", "latin america", "llm", "llms",
    "lunar new year", "m&a", "mandarin", "market chatter", "market talk", "middle east", "mou",
    "mt newswires", "muslim", "nav", "new year", "newsfile", "newswires", "non-gaap", "north america", "pdf",
    "photo", "pmi", "ppi", "pr newswire", "prc", "president", "prnewswire", "pti", "q1", "q2", "q3", "q4",
    "qoq", "r&d", "reit", "reits", "republican", "republicans", "reuters", "rmb", "roe", "rthk",
    "silicon valley", "simply wall st", "source", "south china sea", "southeast asia", "spac",
    "spring festival", "super bowl", "tass", "the associated press", "tipranks", "united kingdom",
    "united states", "update", "us$", "usd", "utc", "wall street", "watch", "west bank", "xinhua", "yen",
    "yonhap", "yoy", "yuan", "zacks",
})  # fmt: skip
#: Countries, cities and states beside `wordlist.PLACES`; folded.
COUNTRIES = frozenset({
    "abu dhabi", "afghanistan", "alabama", "amsterdam", "argentina", "arizona", "austria", "bangalore",
    "bangkok", "bangladesh", "barcelona", "belgium", "bengaluru", "berlin", "boston", "brussels", "budapest",
    "cairo", "california", "cambodia", "chennai", "chicago", "chile", "colombia", "colorado", "copenhagen",
    "croatia", "cuba", "cyprus", "czech republic", "dallas", "davos", "delhi", "denmark", "doha", "dubai",
    "dublin", "egypt", "england", "ethiopia", "finland", "frankfurt", "gaza", "geneva", "georgia", "greece",
    "greenland", "gujarat", "hanoi", "ho chi minh city", "houston", "hungary", "hyderabad", "iceland",
    "illinois", "iran", "iraq", "ireland", "israel", "istanbul", "italy", "jakarta", "jerusalem",
    "johannesburg", "jordan", "karnataka", "kazakhstan", "kenya", "kolkata", "kuala lumpur", "kuwait",
    "kyiv", "lagos", "laos", "lebanon", "lima", "lisbon", "los angeles", "louisiana", "luxembourg", "madrid",
    "maharashtra", "malta", "manila", "melbourne", "miami", "michigan", "milan", "mongolia", "montreal",
    "morocco", "munich", "myanmar", "nairobi", "nepal", "netherlands", "nevada", "new delhi", "new jersey",
    "new york", "new york city", "new zealand", "nigeria", "north korea", "norway", "ohio", "oman",
    "ontario", "oregon", "osaka", "oslo", "pakistan", "papua new guinea", "peru", "philadelphia", "phoenix",
    "poland", "portugal", "prague", "punjab", "qatar", "quebec", "queensland", "riyadh", "romania", "rome",
    "san diego", "san francisco", "saudi arabia", "scotland", "seattle", "serbia", "south africa",
    "south korea", "spain", "sri lanka", "stockholm", "sudan", "sweden", "switzerland", "syria",
    "tamil nadu", "tehran", "tel aviv", "toronto", "turkey", "türkiye", "uae", "ukraine",
    "united arab emirates", "uruguay", "utah", "uttar pradesh", "uzbekistan", "vancouver", "venezuela",
    "vienna", "vilnius", "virginia", "wales", "warsaw", "wisconsin", "wuxi", "yemen", "zambia", "zimbabwe",
    "zurich",
})  # fmt: skip
