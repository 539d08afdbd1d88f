"""Words that speak for or against a run of capitalised words being a name."""

from __future__ import annotations

#: A company's legal form, which ends its name.
LEGAL_FORMS = frozenset({
    "Ltd", "Limited", "Inc", "Corp", "Corporation", "Co", "Company", "Holdings", "Holding", "Group", "PLC",
    "Plc", "LLC", "LLP", "Bhd", "Incorporated", "GmbH", "AG", "SA", "NV", "SpA", "AB",
})  # fmt: skip
#: What a company does, as the last word of its name.
COMPANY_WORDS = frozenset({
    "Technology", "Technologies", "Tech", "Pharmaceutical", "Pharmaceuticals", "Pharma", "Biotech",
    "Biotechnology", "Biopharma", "Biopharmaceutical", "Biopharmaceuticals", "Biosciences", "Biologics",
    "Biology", "Bio", "Therapeutics", "Securities", "Capital", "Ventures", "Bank", "Bancorp", "Insurance",
    "Assurance", "Financial", "Futures", "Brokerage", "Partners", "Advisors", "Advisers", "Associates",
    "Consulting", "Investment", "Investments", "Asset", "Management", "Fund", "Funds", "Energy", "Power",
    "Electric", "Electronics", "Electrical", "Semiconductor", "Semiconductors", "Microelectronics",
    "Optoelectronics", "Steel", "Metals", "Minerals", "Mining", "Resources", "Aluminium", "Aluminum",
    "Copper", "Gold", "Lithium", "Petroleum", "Petrochemical", "Chemical", "Chemicals", "Materials",
    "Material", "Cement", "Glass", "Motors", "Motor", "Automobile", "Automotive", "Auto", "Airlines",
    "Airways", "Aviation", "Aerospace", "Shipping", "Logistics", "Express", "Ports", "Properties",
    "Property", "Realty", "Development", "Developments", "Developers", "Construction", "Engineering",
    "Machinery", "Industries", "Industrial", "Industry", "Manufacturing", "Equipment", "Instruments",
    "Robotics", "Robot", "Software", "Systems", "Networks", "Network", "Communications", "Telecom",
    "Telecommunications", "Media", "Entertainment", "Games", "Pictures", "Studios", "Studio", "Interactive",
    "Digital", "Online", "Foods", "Food", "Beverage", "Brewery", "Dairy", "Agriculture", "Agritech", "Seed",
    "Seeds", "Apparel", "Retail", "Supermarket", "Stores", "Hotels", "Hotel", "Resorts", "Healthcare",
    "Medical", "Diagnostics", "Medicine", "Wines", "Liquor", "Distillery", "Battery", "Solar",
    "Photovoltaic", "Water", "Environmental", "Paper", "Textile", "Rubber", "Trading", "International",
    "Enterprises", "Enterprise", "Trust", "Analytics", "Labs", "Laboratories", "Sciences", "Cloud", "Data",
    "Semi", "Autos", "Brands", "Education", "REIT", "Advisory", "Wealth",
})  # fmt: skip
#: What a public body or society is, as the last word of its name.
BODY_WORDS = frozenset({
    "University", "Institute", "Association", "Bureau", "Commission", "Court", "Department", "Party",
    "Council", "Committee", "Ministry", "Agency", "Authority", "Foundation", "Federation", "Hospital",
    "School", "College", "Chamber", "Union", "Academy", "Society", "Centre", "Center", "Tribunal", "Panel",
    "Parliament", "Senate", "Congress", "Administration", "Service", "Police", "Army", "Navy", "Alliance",
    "Coalition", "Forum", "Office", "Organization", "Organisation", "Board", "Secretariat", "Library",
    "Museum", "Observatory", "Legislature",
})  # fmt: skip
TITLES = frozenset({
    "Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Miss", "Dr", "Dr.", "Prof", "Prof.", "Professor", "President",
    "Premier", "Vice", "Deputy", "Secretary", "Minister", "Governor", "Chairman", "Chairwoman",
    "Chairperson", "Senator", "Sir", "Dame", "Lord", "Judge", "Justice", "Commissioner", "Director",
    "Superintendent", "Inspector", "Chief", "Executive", "Officer", "CEO", "CFO", "COO", "CTO", "Analyst",
    "Economist", "Spokesman", "Spokeswoman", "Spokesperson", "General", "Ambassador", "Representative",
    "Rep", "Rep.", "Sen", "Sen.", "Lawmaker", "Legislator", "Founder", "Co-founder", "Former", "Foreign",
    "Finance", "Prime", "Financial", "Commerce", "Treasury", "Assistant", "Senior", "Acting", "Billionaire",
    "Tycoon", "Activist", "Candidate", "Captain", "Colonel", "Major", "Admiral", "Attorney", "Editor",
    "Author", "Head", "Trade",
})  # fmt: skip
#: Lower-case words for what somebody is.
ROLES = frozenset({
    "analyst", "analysts", "economist", "economists", "strategist", "director", "chairman", "chairwoman",
    "chair", "president", "executive", "officer", "minister", "secretary", "spokesman", "spokeswoman",
    "spokesperson", "founder", "co-founder", "professor", "manager", "head", "partner", "governor",
    "premier", "lawmaker", "legislator", "senator", "ambassador", "commissioner", "researcher", "trader",
    "dealer", "lawyer", "scientist", "reporter", "chief", "principal", "fellow", "adviser", "advisor",
    "billionaire", "tycoon", "investor", "activist", "CEO", "CFO", "mayor", "judge", "superintendent",
    "inspector", "engineer", "broker", "actor", "author", "businessman", "consultant", "tourist",
    "resident", "student", "teacher", "worker",
})  # fmt: skip
#: Places: never a part of a person's name here.
PLACES = frozenset({
    "China", "Chinese", "Hong", "Kong", "Beijing", "Shanghai", "Shenzhen", "Guangzhou", "Macau", "Macao",
    "Taiwan", "Taipei", "Singapore", "Asia", "Asian", "Pacific", "Europe", "European", "America",
    "American", "United", "States", "Kingdom", "Britain", "British", "London", "York", "New", "Washington",
    "Tokyo", "Japan", "Japanese", "Korea", "Korean", "Seoul", "India", "Indian", "Mumbai", "Russia",
    "Russian", "Moscow", "Germany", "German", "France", "French", "Paris", "Italy", "Australia",
    "Australian", "Sydney", "Canada", "Canadian", "Mexico", "Brazil", "Tibet", "Xinjiang", "Inner",
    "Mongolia", "Guangdong", "Zhejiang", "Jiangsu", "Shandong", "Sichuan", "Hunan", "Hubei", "Henan",
    "Hebei", "Fujian", "Anhui", "Jiangxi", "Yunnan", "Guizhou", "Hainan", "Liaoning", "Jilin",
    "Heilongjiang", "Shanxi", "Shaanxi", "Gansu", "Qinghai", "Ningxia", "Guangxi", "Chongqing", "Tianjin",
    "Hangzhou", "Suzhou", "Nanjing", "Wuhan", "Chengdu", "Xian", "Qingdao", "Dalian", "Ningbo", "Xiamen",
    "Wuxi", "Foshan", "Dongguan", "Zhuhai", "Hengqin", "Kowloon", "Lantau", "Tseung", "Kwun", "Wan", "Chai",
    "Tsim", "Sha", "Tsui", "Tuen", "Mun", "Yuen", "Tai", "Mong", "Kok", "Kai", "Tak", "Causeway", "Sheung",
    "Tsing", "Central", "North", "South", "East", "West", "Northern", "Southern", "Eastern", "Western",
    "Sea", "Island", "Bay", "Road", "Street", "Territories", "District", "City", "Province", "County",
    "River", "Square", "Park", "Village", "Town", "Gulf", "Middle", "Greater", "Silicon", "Valley", "Wall",
    "Texas", "California", "Florida", "Vietnam", "Thailand", "Indonesia", "Malaysia", "Philippines", "Iran",
    "Israel", "Ukraine", "Gaza", "Red", "Black", "Africa", "African", "Latin", "Panama", "Canal", "Strait",
    "Straits", "Yangtze", "Pearl", "Delta", "Mainland", "House", "Mount", "Lake", "Port", "Airport",
    "Building", "Tower", "Plaza", "Mall", "Station", "Estate", "Court",
})  # fmt: skip
#: Capitalised words that are no part of a name at the ends of a run.
NO_NAMES = frozenset({
    "The", "A", "An", "In", "On", "At", "By", "For", "From", "To", "With", "Of", "And", "But", "Or", "As",
    "If", "It", "Its", "He", "She", "They", "We", "I", "You", "His", "Her", "Their", "Our", "My", "This",
    "That", "These", "Those", "There", "Here", "When", "While", "Where", "Why", "How", "What", "Which",
    "Who", "After", "Before", "Since", "Until", "During", "Amid", "Despite", "Although", "Though",
    "However", "Meanwhile", "Moreover", "Also", "Both", "Some", "Many", "Most", "More", "Other", "Another",
    "Each", "Every", "All", "Any", "No", "Not", "Yet", "So", "Then", "Now", "Today", "Yesterday",
    "Tomorrow", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January",
    "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec",
    "Shares", "Stock", "Stocks", "According", "Based", "Under", "Over", "About", "Last", "Next", "First",
    "Second", "Third", "One", "Two", "Three", "Four", "Five", "Once", "Only", "Just", "Even", "Still",
    "Such", "Like", "Unlike", "Through", "Between", "Among", "Within", "Without", "Because", "Earlier",
    "Later", "Recently", "Local", "Chinese", "Beijing-based", "Shanghai-based", "Shenzhen-based", "US",
    "U.S.", "UK", "EU", "Reuters", "REUTERS", "Photo", "Image", "Source", "Read", "See", "Listen", "Market",
    "Chatter", "Instead", "Analysts", "Investors", "Lunar", "Year", "Former",
})  # fmt: skip
#: Words so common that they make no name of the word after them.
GENERIC_WORDS = frozenset({
    "Business", "Big", "Markets", "Market", "Sell", "Buy", "Blockchain", "Listing", "Governing", "Opening",
    "Keynote", "Information", "Artificial", "Intelligence", "Renewable", "Clean", "New", "Green",
    "Electric", "Smart", "Global", "High-speed", "Human", "Digital", "Public", "Private", "Investor",
    "Investors", "Chief", "Resource", "Customer", "Product", "Sales", "Corporate", "Strategic", "Clinical",
    "Medical", "Health", "Real", "Estate", "Wealth", "Asset", "Assets", "Portfolio", "Quarterly", "Annual",
    "Interim", "Economic", "Financial", "Finance", "Social", "Commercial", "Advanced", "Research", "Audit",
    "Remuneration", "Nomination", "Independent", "Special", "General", "Executive", "Management", "Board",
    "Central", "Official", "Local", "Regional", "National", "International", "Foreign", "Free", "Open",
    "Supply", "Trade", "World", "High", "Low", "Small", "Great", "Top", "Total", "Net", "Cash", "Capital",
    "Venture", "Equity", "Hedge", "Mutual", "Index", "Exchange", "Stock", "Bond", "Crude", "Oil", "Natural",
    "Gas", "Spot", "Physical", "Precious", "Base", "Raw", "Semiconductor", "Chip", "Internet", "Mobile",
    "Online", "Cloud", "Data", "Machine", "Deep", "Large", "Language", "Traditional", "Modern", "Lunar",
    "Spring", "Golden", "Press", "Client", "Services", "Innovation", "Cyber", "Security", "Quantum",
    "Nuclear", "Space", "Solar", "Wind", "Water", "Joint", "Strategy", "Operations", "Relations", "Affairs",
    "Emerging", "Technology", "Tech", "Engineering", "President's", "School", "Science", "Computer",
    "Community", "Shopping", "Sports", "Cultural", "Exhibition", "Convention", "Visitor", "Call", "Contact",
    "Innovative", "Fintech", "Crypto", "Bitcoin", "Token", "Stablecoin",
})  # fmt: skip
