"""Which language a text is in: from what its source says, else from its characters and commonest words."""

from __future__ import annotations

import re

_SAMPLE_CHARS = 4000
_TRADITIONAL, _SIMPLIFIED, _CHINESE = "zh-Hant", "zh-Hans", "zh"
UNDETERMINED = "und"

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
_NAMES = {
    "english": "en",
    "chinese": "zh",
    "eng": "en",
    "chi": "zh",
    "zho": "zh",
    "cmn": "zh",
    "jpn": "ja",
    "kor": "ko",
}
_TRADITIONAL_SUBTAGS = frozenset({"hant", "hk", "tw", "mo", "cht"})
_SIMPLIFIED_SUBTAGS = frozenset({"hans", "cn", "sg", "my", "chs"})
_TRADITIONAL_TAGS = frozenset({"yue", "cht", "tc"})

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Without の, which shops in Hong Kong and Taiwan write for show.
_KANA = re.compile(r"[\u3041-\u306d\u306f-\u3096\u30a1-\u30fa]")
_HANGUL = re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"\w+://\S+")
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")

# Frequent characters of news that are written differently in the two scripts, pair by pair, and stand
# for themselves in neither script's other words (so no 后, 里, 云, 干).
_PAIRS = (
    "們们國国這这個个來来時时說说為为會会對对學学發发業业經经動动產产開开關关東东車车長长門门間间問问見见現现實实"
    "過过進进還还運运達达遠远選选連连報报場场漲涨億亿萬万資资財财貨货費费貸贷貿贸買买賣卖賬账購购質质負负責责貴贵"
    "銀银錢钱鐵铁鋼钢錄录針针銷销錯错鏈链總总結结給给統统級级約约紅红紀纪納纳純纯組组細细終终續续維维網网綠绿線线"
    "電电視视觀观規规認认識识設设計计記记許许評评論论證证訊讯話话語语請请議议護护讓让調调談谈課课該该詢询誰谁預预"
    "領领頭头題题額额類类顯显願愿風风飛飞馬马駕驾驗验體体魚鱼麥麦點点齊齐龍龙兩两並并從从優优億亿儲储創创則则劃划"
    "劉刘勞劳勝胜務务區区華华協协單单廠厂參参雙双變变員员圍围圓圆團团際际陳陈陸陆隊队階阶隨随險险難难離离歲岁歷历"
    "導导將将專专屬属島岛幣币帶带幫帮師师應应廣广廢废張张強强彈弹歸归當当後后徑径復复愛爱態态慶庆憂忧懷怀戰战戲戏"
    "擔担據据擊击擴扩數数斷断無无舊旧條条極极構构標标樣样機机權权檢检橫横歐欧氣气決决滿满濟济準准溝沟漢汉潛潜灣湾"
    "熱热燈灯營营爭争狀状獎奖獲获環环療疗監监盤盘確确礎础種种稱称穩稳積积競竞筆笔節节範范築筑籌筹糧粮紐纽緊紧縮缩"
    "績绩織织繼继罰罚聯联職职聲声聽听腦脑臨临舉举藝艺藥药蘇苏號号虛虚術术衛卫裝装補补製制觸触試试詳详誠诚趨趋跡迹"
    "軍军軟软輕轻輪轮輸输轉转辦办農农適适遲迟郵邮鄉乡釋释針针鍵键鎖锁閉闭閱阅陽阳雖虽靜静響响頁页項项順顺須须顧顾"
    "價价倫伦錫锡誕诞羅罗閃闪鋁铝銅铜鋰锂礦矿輔辅艦舰賽赛獨独傳传傷伤僅仅側侧償偿儘尽剛刚劑剂嚴严奪夺孫孙寧宁審审寬宽層层"
)
# Characters that one script writes and the other may too: 后 is an empress in both, 准 and 制 stand in both.
_SHARED = frozenset("后准制并划范复")
_TRADITIONAL_ONLY = re.compile(f"[{_PAIRS[0::2]}]")
_SIMPLIFIED_ONLY = re.compile(f"[{''.join(sorted(set(_PAIRS[1::2]) - _SHARED))}]")

# Frequent characters that both scripts write alike.
_COMMON_ALIKE = (
    "的中人在有日一年行及公大港月上和方市表地美新以出股不示期成元政作指部全合家展司能交是法至工本升局加持要高金提生力分下多同"
    "前主事到民通跌外香他定收用等理入可重利社近化平安海超增度科面已建目相特今向正斯名推布基最投信次商技保府其受管明者施被道"
    "心共案台自巴任天首量告子亦品更意立未供回所幅文第警三深位支南了北好性得院易接息份朗服企比由取球就集程流求查需情水或物代"
)
_COMMON_HAN = re.compile(f"[{_PAIRS}{_COMMON_ALIKE}]")

_ENGLISH_WORDS = (
    "the of and to for with that from was are has have had will been its his their this which after says "
    "said as by at over into but not more than would could about they were it he she up down new amid "
    "shares stocks"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_OTHER_LATIN_WORDS = (
    "de la le les des une dans pour que qui du au aux sur par der das und ist nicht mit von zu auf "
    "den dem ein eine el los las es por con para una del se il che di non della sono os um uma na em "
    "het een van voor niet yang dan untuk dengan ini itu och att som det er og til av nie jest ve bir bu "
    "za je su"
)
_OTHER_LATIN = frozenset(_OTHER_LATIN_WORDS.split())
_MIN_HAN_SHARE = 0.25
_MIN_KANA_SHARE = 0.1
_MIN_HANGUL_SHARE = 0.2
_MIN_ENGLISH_SHARE = 0.05
_MAX_OTHER_SHARE = 0.06


def decide_language(given: str | None, text: str) -> str:
    """Decide the language tag of a text: the given one normalised, or else the detected one.

    A text without a single Chinese character is not called Chinese, whatever is given.
    """
    tag = normalise_language(given)
    if tag is None or (tag.startswith(_CHINESE) and not _HAN.search(text)):
        return detect_language(text)
    return detect_script(text) if tag == _CHINESE else tag


def weigh_language(claimed: str, text: str) -> str:
    """Decide the language of a feed's text: the detected one, and where none is found the claimed one.

    A feed's claim is set once for a whole site and is wrong as often as not, so the text comes first.
    """
    detected = detect_language(text)
    return decide_language(claimed, text) if detected == UNDETERMINED else detected


def normalise_language(given: str | None) -> str | None:
    """Normalise a language tag: ``en-US`` to ``en``, ``zh-HK`` to ``zh-Hant``; None where it says nothing.

    Plain ``zh`` stays, as only the text can tell the script.
    """
    tag = (given or "").strip().lower().replace("_", "-")
    tag = _NAMES.get(tag, tag)
    if tag == UNDETERMINED or _TAG.fullmatch(tag) is None:
        return None
    primary, *subtags = tag.split("-")
    if tag in _TRADITIONAL_TAGS:
        return _TRADITIONAL
    primary = _NAMES.get(primary, primary)
    return _chinese_tag(subtags) if primary == _CHINESE else primary


def _chinese_tag(subtags: list[str]) -> str:
    for subtag in subtags:  # the script stands before the region, and decides
        if subtag in _TRADITIONAL_SUBTAGS:
            return _TRADITIONAL
        if subtag in _SIMPLIFIED_SUBTAGS:
            return _SIMPLIFIED
    return _CHINESE


def detect_language(text: str) -> str:
    """Detect the language of a text by its scripts; Latin text is English or undetermined."""
    sample = text[:_SAMPLE_CHARS]
    letters = len(_LETTER.findall(sample))
    if not letters:
        return UNDETERMINED
    han, kana, hangul = (len(script.findall(sample)) for script in (_HAN, _KANA, _HANGUL))
    if hangul >= _MIN_HANGUL_SHARE * letters:
        return "ko"
    if kana and kana >= _MIN_KANA_SHARE * (han + kana) and kana + han >= _MIN_HAN_SHARE * letters:
        return "ja"
    if han >= _MIN_HAN_SHARE * letters:
        return detect_script(sample)
    if _is_english(sample):
        return "en"
    return detect_script(sample) if han > 1 else UNDETERMINED


def detect_script(text: str) -> str:
    """Decide between traditional and simplified Chinese; a text that fits both counts as traditional."""
    sample = text[:_SAMPLE_CHARS]
    traditional = len(_TRADITIONAL_ONLY.findall(sample))
    return _SIMPLIFIED if len(_SIMPLIFIED_ONLY.findall(sample)) > traditional else _TRADITIONAL


def common_han(text: str) -> list[str]:
    """Find the Chinese characters that are frequent in news of either script: seven in ten of all."""
    return _COMMON_HAN.findall(text)


def _is_english(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(_ADDRESS.sub(" ", text))]
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER_LATIN for word in words)
    if english >= _MIN_ENGLISH_SHARE * len(words) and english > other:
        return True
    # Headlines and tables do without function words; plain letters are then likeliest English.
    return len(words) > 1 and other <= _MAX_OTHER_SHARE * len(words) and all(map(str.isascii, words))
