"""What names are made of: surnames and given names, as they stand in English news on China and Hong Kong."""

from __future__ import annotations

import re

#: Chinese surnames: pinyin, Cantonese and Taiwanese spellings.
_SURNAMES = frozenset({
    "Ai", "An", "Ao", "Bai", "Bao", "Bi", "Bian", "Bo", "Bu", "Cai", "Cao", "Cen", "Chai", "Chan", "Chang",
    "Chao", "Chau", "Che", "Chen", "Cheng", "Cheong", "Cheuk", "Cheung", "Chi", "Chia", "Chiang", "Chiu",
    "Cho", "Choi", "Chong", "Chou", "Chow", "Choy", "Chu", "Chui", "Chun", "Chung", "Cui", "Dai", "Deng",
    "Ding", "Dong", "Dou", "Du", "Duan", "Fan", "Fang", "Fei", "Feng", "Fok", "Fong", "Fu", "Fung", "Gan",
    "Gao", "Ge", "Geng", "Gong", "Gu", "Guan", "Gui", "Guo", "Han", "Hao", "He", "Ho", "Hong", "Hou",
    "Hsiao", "Hsieh", "Hsu", "Hu", "Hua", "Huang", "Hui", "Huo", "Hung", "Ip", "Ji", "Jia", "Jian", "Jiang",
    "Jiao", "Jin", "Jing", "Ju", "Kam", "Kan", "Kang", "Ke", "Keung", "Ko", "Kong", "Koo", "Kuang", "Kung",
    "Kuo", "Kwan", "Kwok", "Kwong", "Lai", "Lam", "Lang", "Lao", "Lau", "Law", "Lee", "Lei", "Leng",
    "Leong", "Leung", "Li", "Lian", "Liang", "Liao", "Lien", "Lim", "Lin", "Ling", "Liu", "Lo", "Long",
    "Lou", "Lu", "Lui", "Luk", "Luo", "Lv", "Ma", "Mai", "Mak", "Man", "Mao", "Mei", "Meng", "Miao", "Min",
    "Mo", "Mok", "Mu", "Mui", "Ng", "Ni", "Nie", "Ning", "Niu", "Ong", "Ou", "Pan", "Pang", "Peng", "Pi",
    "Poon", "Pu", "Pun", "Qi", "Qian", "Qiang", "Qiao", "Qin", "Qiu", "Qu", "Quan", "Ran", "Rao", "Ren",
    "Rong", "Ruan", "Sha", "Shang", "Shao", "Shek", "Shen", "Sheng", "Shi", "Shih", "Shiu", "Shu", "Shum",
    "Sin", "Sit", "Siu", "So", "Song", "Su", "Suen", "Sui", "Sun", "Sze", "Szeto", "Tai", "Tam", "Tan",
    "Tang", "Tao", "Teng", "Teo", "Teoh", "Tian", "Tien", "To", "Tong", "Tsai", "Tsang", "Tse", "Tseng",
    "Tsoi", "Tsui", "Tu", "Tung", "Wan", "Wang", "Wei", "Wen", "Weng", "Wong", "Woo", "Wu", "Xi", "Xia",
    "Xian", "Xiang", "Xiao", "Xie", "Xin", "Xing", "Xiong", "Xu", "Xue", "Yan", "Yang", "Yao", "Yau", "Ye",
    "Yeh", "Yen", "Yeung", "Yi", "Yim", "Yin", "Ying", "Yip", "Yiu", "You", "Yu", "Yuan", "Yue", "Yuen",
    "Yung", "Zeng", "Zhai", "Zhan", "Zhang", "Zhao", "Zheng", "Zhong", "Zhou", "Zhu", "Zhuang", "Zhuo",
    "Zong", "Zou", "Zuo", "Ouyang", "Sima",
})  # fmt: skip

_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?"
    r"(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|er|an|en|in|un|ia|ua|uo|a|o|e|i|u|v)"
)
_GIVEN = re.compile(rf"(?:{_SYLLABLE}){{1,2}}", re.IGNORECASE)
_HYPHENATED = re.compile(r"[A-Z][a-z]{1,6}-[A-Za-z][a-z]{1,6}")


def is_surname(word: str) -> bool:
    """Say whether a word is a Chinese surname as it is spelt in English."""
    return word in _SURNAMES


def is_given(word: str) -> bool:
    """Say whether a word can be a Chinese given name: one or two syllables, or two with a hyphen."""
    return bool(_HYPHENATED.fullmatch(word) or (word[:1].isupper() and _GIVEN.fullmatch(word)))


#: Given names that open a person's name in English.
_GIVEN_NAMES = frozenset({
    "Aaron", "Abby", "Abdul", "Abdullah", "Abigail", "Ada", "Adam", "Adrian", "Adrienne", "Agnes", "Ahmed",
    "Aidan", "Aileen", "Alan", "Albert", "Alec", "Alejandro", "Alex", "Alexander", "Alexandra", "Alexei",
    "Alexis", "Alfred", "Alfredo", "Ali", "Alice", "Alicia", "Alison", "Allan", "Allen", "Alvin", "Amanda",
    "Amber", "Amelia", "Amir", "Amit", "Amy", "Ana", "Anand", "Andre", "Andrea", "Andreas", "Andrei",
    "Andres", "Andrew", "Andy", "Angela", "Angus", "Anil", "Anita", "Ann", "Anna", "Anne", "Annie",
    "Anthony", "Antoine", "Anton", "Antonio", "Antony", "Ariel", "Arnold", "Arthur", "Arun", "Ashley",
    "Ashok", "Audrey", "August", "Avery", "Barbara", "Barry", "Bart", "Basil", "Beatrice", "Becky",
    "Belinda", "Ben", "Benedict", "Benjamin", "Benny", "Bernard", "Bernie", "Bert", "Beth", "Betty", "Bill",
    "Billy", "Bob", "Bobby", "Boris", "Brad", "Bradley", "Brandon", "Brenda", "Brendan", "Brent", "Brett",
    "Brian", "Brook", "Bruce", "Bruno", "Bryan", "Byron", "Calvin", "Cameron", "Camille", "Candice", "Carl",
    "Carlos", "Carmen", "Carol", "Caroline", "Carolyn", "Carrie", "Carson", "Caspar", "Casper", "Cathy",
    "Catherine", "Cecilia", "Cedric", "Celia", "Chad", "Charles", "Charlie", "Charlotte", "Chelsea",
    "Cherie", "Chester", "Chloe", "Chris", "Christian", "Christiaan", "Christina", "Christine",
    "Christopher", "Cindy", "Claire", "Clara", "Clare", "Clarence", "Clark", "Claude", "Claudia", "Clement",
    "Clifford", "Clive", "Colin", "Connie", "Conrad", "Constance", "Corey", "Craig", "Crystal", "Curtis",
    "Cynthia", "Daisy", "Dale", "Damian", "Damien", "Dan", "Dana", "Daniel", "Daniela", "Danny", "Darren",
    "Dave", "David", "Dawn", "Dean", "Deborah", "Debra", "Denis", "Denise", "Dennis", "Derek", "Desmond",
    "Diana", "Diane", "Dick", "Diego", "Dieter", "Dmitry", "Dominic", "Dominique", "Don", "Donald", "Donna",
    "Doris", "Dorothy", "Doug", "Douglas", "Drew", "Duncan", "Dylan", "Earl", "Ed", "Eddie", "Eddy",
    "Edgar", "Edith", "Edmond", "Edmund", "Edoardo", "Eduardo", "Edward", "Edwin", "Eileen", "Elaine",
    "Eleanor", "Elena", "Eli", "Elisabeth", "Elizabeth", "Ella", "Ellen", "Elliot", "Elon", "Elsie",
    "Emanuel", "Emil", "Emily", "Emma", "Emmanuel", "Enrico", "Enrique", "Eric", "Erica", "Erik", "Erin",
    "Ernest", "Ernie", "Esther", "Ethan", "Eugene", "Eva", "Evan", "Eve", "Evelyn", "Fabian", "Fabio",
    "Fanny", "Felicia", "Felix", "Ferdinand", "Fernando", "Fiona", "Florence", "Frances", "Francesca",
    "Francesco", "Francis", "Francisco", "Francois", "Frank", "Franklin", "Franz", "Fred", "Freddie",
    "Frederic", "Frederick", "Gabriel", "Gareth", "Gary", "Gavin", "Geoff", "Geoffrey", "Georg", "George",
    "Georgina", "Gerald", "Gerard", "Gerhard", "Gideon", "Gilbert", "Gilles", "Gina", "Giorgio", "Giovanni",
    "Glen", "Glenn", "Gloria", "Gordon", "Grace", "Graham", "Grant", "Greg", "Gregg", "Gregory",
    "Guillaume", "Gustavo", "Guy", "Gwen", "Hannah", "Hans", "Harold", "Harriet", "Harris", "Harry",
    "Harvey", "Heather", "Hector", "Heidi", "Helen", "Helena", "Helmut", "Henri", "Henrik", "Henry",
    "Herbert", "Herman", "Hilary", "Hillary", "Holly", "Homer", "Howard", "Hubert", "Hugh", "Hugo", "Iain",
    "Ian", "Ida", "Igor", "Ingrid", "Irene", "Iris", "Isaac", "Isabel", "Isabella", "Ivan", "Ivy", "Jack",
    "Jackie", "Jackson", "Jacky", "Jacob", "Jacqueline", "Jake", "James", "Jamie", "Jan", "Jane", "Janet",
    "Janice", "Jared", "Jasmine", "Jason", "Jasper", "Javier", "Jay", "Jayant", "Jean", "Jeff", "Jeffrey",
    "Jennifer", "Jenny", "Jens", "Jeremy", "Jerome", "Jerry", "Jesse", "Jessica", "Jill", "Jim", "Jimmy",
    "Joan", "Joanna", "Joanne", "Joe", "Joel", "Johan", "Johann", "Johannes", "John", "Johnny", "Johnson",
    "Jon", "Jonathan", "Jordan", "Jorge", "Jose", "Josef", "Joseph", "Josephine", "Josh", "Joshua", "Joyce",
    "Juan", "Judith", "Judy", "Julia", "Julian", "Julie", "Juliet", "June", "Justin", "Kalim", "Karen",
    "Karim", "Karl", "Karol", "Kate", "Katherine", "Kathleen", "Kathy", "Katie", "Kay", "Keith", "Kelly",
    "Kelvin", "Ken", "Kenneth", "Kenny", "Kent", "Kerry", "Kevin", "Kim", "Kimberly", "Kirk", "Kiyoshi",
    "Klaus", "Kristin", "Kumar", "Kurt", "Kyle", "Lance", "Larry", "Lars", "Laura", "Lauren", "Laurence",
    "Laurent", "Lawrence", "Leo", "Leon", "Leonard", "Leslie", "Lester", "Lewis", "Liam", "Lily", "Linda",
    "Lindsay", "Lionel", "Lisa", "Liz", "Lloyd", "Logan", "Lorenzo", "Lorraine", "Louis", "Louisa",
    "Louise", "Luca", "Lucas", "Lucia", "Lucy", "Luis", "Luke", "Lynn", "Madeleine", "Maggie", "Malcolm",
    "Mandy", "Manuel", "Marc", "Marcel", "Marco", "Marcus", "Margaret", "Maria", "Marianne", "Marie",
    "Marilyn", "Mario", "Marion", "Mark", "Marko", "Marshall", "Martha", "Martin", "Martina", "Marvin",
    "Mary", "Mathias", "Mathieu", "Matt", "Matteo", "Matthew", "Matthias", "Maureen", "Maurice", "Mauro",
    "Max", "Maxim", "Maximilian", "Maya", "Megan", "Melanie", "Melissa", "Melvin", "Michael", "Michel",
    "Michelle", "Miguel", "Mike", "Mikhail", "Miles", "Milton", "Miranda", "Miriam", "Mitch", "Mohamed",
    "Mohammad", "Mohammed", "Moira", "Mona", "Monica", "Morgan", "Moses", "Muhammad", "Nadia", "Nancy",
    "Naomi", "Natalia", "Natalie", "Natasha", "Nathan", "Nathaniel", "Neal", "Ned", "Neil", "Nelson",
    "Nicholas", "Nick", "Nicola", "Nicolas", "Nicole", "Nigel", "Nikolai", "Nina", "Noah", "Noel", "Nora",
    "Norman", "Oleg", "Oliver", "Olivia", "Olivier", "Oscar", "Oswald", "Otto", "Owen", "Pablo", "Pamela",
    "Pascal", "Pat", "Patricia", "Patrick", "Paul", "Paula", "Pauline", "Pedro", "Peggy", "Penelope",
    "Penny", "Perry", "Pete", "Peter", "Phil", "Philip", "Philippa", "Philippe", "Phillip", "Phoebe",
    "Pierre", "Polly", "Pradeep", "Prakash", "Priya", "Quentin", "Rachel", "Rahul", "Raj", "Rajesh",
    "Ralph", "Ramon", "Randall", "Randy", "Raul", "Ravi", "Ray", "Raymond", "Rebecca", "Reginald", "Rene",
    "Rex", "Ricardo", "Richard", "Rick", "Ricky", "Rishi", "Rita", "Rob", "Robert", "Roberto", "Robin",
    "Rod", "Rodney", "Rodrigo", "Roger", "Roland", "Roman", "Ron", "Ronald", "Ronnie", "Rory", "Rosa",
    "Rosanna", "Rose", "Rosemary", "Ross", "Roy", "Ruby", "Rupert", "Russell", "Ruth", "Ryan", "Sabrina",
    "Sally", "Sam", "Samantha", "Samuel", "Sandra", "Sandy", "Sanjay", "Sara", "Sarah", "Satoshi", "Saul",
    "Scott", "Sean", "Sebastian", "Selina", "Serena", "Serge", "Sergei", "Sergey", "Sergio", "Shane",
    "Sharon", "Shaun", "Shawn", "Sheila", "Shelley", "Shirley", "Sidney", "Silvia", "Simon", "Simone",
    "Sonia", "Sophia", "Sophie", "Stacy", "Stanley", "Stefan", "Stefano", "Stella", "Stephanie", "Stephane",
    "Stephen", "Steve", "Steven", "Stewart", "Stuart", "Sue", "Sunil", "Susan", "Susanne", "Suzanne",
    "Sven", "Sylvia", "Tanya", "Ted", "Terence", "Teresa", "Terrence", "Terry", "Thelma", "Theo",
    "Theodore", "Theresa", "Thierry", "Thomas", "Tiffany", "Tim", "Timothy", "Tina", "Toby", "Todd", "Tom",
    "Tommy", "Toni", "Tony", "Tracy", "Travis", "Trevor", "Tyler", "Ursula", "Valentin", "Valerie",
    "Vanessa", "Vera", "Vernon", "Veronica", "Vicky", "Victor", "Victoria", "Vijay", "Vikram", "Vincent",
    "Viola", "Virginia", "Vishnu", "Vivek", "Viktor", "Vivian", "Vladimir", "Wade", "Walter", "Warren",
    "Wayne", "Wendy", "Wesley", "Wilfred", "Wilhelm", "Will", "William", "Willie", "Wilson", "Winnie",
    "Winston", "Wolfgang", "Xavier", "Yasmin", "Yolanda", "Yvonne", "Yves", "Zachary", "Zoe", "Adolph",
    "Bret", "Cyd", "Mackie", "Regina", "Starry", "Algernon", "Erick", "Kitty", "Nicky", "Pansy", "Rocky",
    "Sunny", "Kingsley", "Christy", "Horace", "Priscilla", "Doreen", "Elsa", "Rosanne",
})  # fmt: skip


def is_given_name(word: str) -> bool:
    """Say whether a word is a common given name in English."""
    return word in _GIVEN_NAMES
