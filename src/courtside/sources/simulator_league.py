"""The simulator's league: the real teams, played by people who do not exist."""

import random
from functools import lru_cache
from typing import Literal

import msgspec

from courtside.errors import BadInput

Position = Literal["PG", "SG", "SF", "PF", "C"]
POSITIONS: tuple[Position, ...] = ("PG", "SG", "SF", "PF", "C")

ACTIVE_PLAYERS = 13
INACTIVE_PLAYERS = 2
MINUTE_SHARES = (0.71, 0.70, 0.68, 0.66, 0.62, 0.49, 0.41, 0.33, 0.25, 0.15, 0.0, 0.0, 0.0)
"""Share of the game that each active player is meant to play; five players' worth in all."""

FIRST_PERSON_ID = 9_000_000
"""Far above every id that the league has given out."""


class Team(msgspec.Struct, frozen=True):
    """A real team: the NBA's own id, code and name."""

    team_id: int
    tricode: str
    city: str
    name: str

    @property
    def full_name(self) -> str:
        return f"{self.city} {self.name}"


class Player(msgspec.Struct, frozen=True, gc=False):
    """An invented player; the tendencies are weights relative to an average player's 1."""

    person_id: int
    first_name: str
    family_name: str
    position: Position
    jersey: str
    starter: bool
    active: bool
    minute_share: float
    shots: float
    """Attempts that he takes of his team's."""
    threes: float
    assists: float
    rebounds_offensive: float
    rebounds_defensive: float
    steals: float
    blocks: float
    fouls: float
    turnovers: float
    touch: float
    """Factor on the chance that his shots fall."""
    free_throw: float
    """Added to the chance that his free throws fall."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.family_name}"

    @property
    def short_name(self) -> str:
        """As the live feed writes it: `A. Bellick`."""
        return f"{self.first_name[0]}. {self.family_name}"


TEAMS: dict[str, Team] = {
    code: Team(1_610_612_700 + number, code, city, name)
    for number, code, city, name in (
        (37, "ATL", "Atlanta", "Hawks"),
        (38, "BOS", "Boston", "Celtics"),
        (39, "CLE", "Cleveland", "Cavaliers"),
        (40, "NOP", "New Orleans", "Pelicans"),
        (41, "CHI", "Chicago", "Bulls"),
        (42, "DAL", "Dallas", "Mavericks"),
        (43, "DEN", "Denver", "Nuggets"),
        (44, "GSW", "Golden State", "Warriors"),
        (45, "HOU", "Houston", "Rockets"),
        (46, "LAC", "LA", "Clippers"),
        (47, "LAL", "Los Angeles", "Lakers"),
        (48, "MIA", "Miami", "Heat"),
        (49, "MIL", "Milwaukee", "Bucks"),
        (50, "MIN", "Minnesota", "Timberwolves"),
        (51, "BKN", "Brooklyn", "Nets"),
        (52, "NYK", "New York", "Knicks"),
        (53, "ORL", "Orlando", "Magic"),
        (54, "IND", "Indiana", "Pacers"),
        (55, "PHI", "Philadelphia", "76ers"),
        (56, "PHX", "Phoenix", "Suns"),
        (57, "POR", "Portland", "Trail Blazers"),
        (58, "SAC", "Sacramento", "Kings"),
        (59, "SAS", "San Antonio", "Spurs"),
        (60, "OKC", "Oklahoma City", "Thunder"),
        (61, "TOR", "Toronto", "Raptors"),
        (62, "UTA", "Utah", "Jazz"),
        (63, "MEM", "Memphis", "Grizzlies"),
        (64, "WAS", "Washington", "Wizards"),
        (65, "DET", "Detroit", "Pistons"),
        (66, "CHA", "Charlotte", "Hornets"),
    )
}

_FIRST_NAMES = """
    Abel Adrian Alden Amos Anton Asher Barnaby Basil Benno Bruno Caspian Cedric Conrad Cyrus Dario
    Desmond Edmund Elio Emeric Ezra Fabian Felix Gideon Gustav Hamish Hector Hugo Ignatius Ivo Jasper
    Joaquim Kaspar Lambert Leander Lionel Lorenz Magnus Matthias Milo Nestor Octavio Orson Pascal Piers
    Quentin Rafferty Roland Rufus Silas Soren Tarquin Thaddeus Tobias Ulric Valentin Viktor Wendell
    Xavier Yannick Zeno
"""
_FAMILY_NAMES = """
    Abernook Ardmoor Ashgrove Barrowen Bellick Birchall-Roe Blackmere Brandock Bristowell Calderine
    Castane Chalkley Corriven Cotterdale Crowhurst Dallimore Darnbrook Delacourtney Dovrane Dunmarrow
    Eastwhistle Elderfen Elmscott Fairloch Fenwickley Foxdale Garrowby Glastonmoor Goldharrow Greyling
    Hallowend Hartwen Hawkesmoor Heronsby Hollinrake Ironwell Jessamyn Kettlewick Kingsallow Kirrane
    Lachlow Larkspire Leatherdale Lindquarry Lockridge-Vane Marchbanks Mellowes Merrivane Millbourne
    Morrowind Netherby Nightwater Oakhanger Oldcastle Ottermole Pellworth Pendrick Pinecroft Quarrington
    Quillfeather Ravenscar Redmarley Rookwith Rushbeck Saltwick Sandoval-Reyes Selwidge Shadwick
    Silverlock Stormont-Ley Swiftwell Tallowby Tamberlane Thistlewood Thornabey Tolliver-Pace Underhay
    Vanterpoole Varrick Wainfleet Waxholme Westerdale Whitlocke Wildbore Winterhay Wolstanley Yarrowdale
    Yellowley Zellweather
"""

_TENDENCIES: dict[Position, tuple[float, float, float, float, float, float, float]] = {
    # threes, assists, offensive and defensive rebounds, steals, blocks, fouls
    "PG": (1.15, 1.9, 0.45, 0.70, 1.2, 0.4, 0.85),
    "SG": (1.25, 1.1, 0.50, 0.75, 1.1, 0.5, 0.90),
    "SF": (1.15, 0.9, 0.75, 0.95, 1.1, 0.8, 1.00),
    "PF": (0.90, 0.7, 1.20, 1.20, 0.9, 1.2, 1.10),
    "C": (0.45, 0.6, 2.10, 1.60, 0.7, 2.3, 1.25),
}


def team(tricode: str) -> Team:
    """Raises `BadInput` for a code that no team has."""
    try:
        return TEAMS[tricode]
    except KeyError as error:
        raise BadInput(f"there is no team {tricode!r}; use a code such as BOS or LAL") from error


@lru_cache(maxsize=len(TEAMS))
def roster(tricode: str) -> tuple[Player, ...]:
    """A team's invented players, always the same: five starters, the bench, then the inactive."""
    place = sorted(TEAMS).index(team(tricode).tricode)
    rng = random.Random(f"roster of {tricode}")
    family_names = _FAMILY_NAMES.split()
    random.Random("family names").shuffle(family_names)
    jerseys = rng.sample([str(number) for number in range(56)], ACTIVE_PLAYERS + INACTIVE_PLAYERS)
    return tuple(
        _player(
            rng, place * 100 + number, family_names[(place * 7 + number) % len(family_names)], jersey, number
        )
        for number, jersey in enumerate(jerseys)
    )


def _player(rng: random.Random, number: int, family_name: str, jersey: str, place: int) -> Player:
    starter = place < len(POSITIONS)
    position = POSITIONS[place] if starter else POSITIONS[(place * 3) % len(POSITIONS)]
    threes, assists, offensive, defensive, steals, blocks, fouls = _TENDENCIES[position]

    def around(value: float) -> float:
        return round(value * rng.uniform(0.75, 1.25), 3)

    shots = rng.uniform(0.9, 1.5) if starter else rng.uniform(0.7, 1.1)
    return Player(
        person_id=FIRST_PERSON_ID + number,
        first_name=rng.choice(_FIRST_NAMES.split()),
        family_name=family_name,
        position=position,
        jersey=jersey,
        starter=starter,
        active=place < ACTIVE_PLAYERS,
        minute_share=MINUTE_SHARES[place] if place < ACTIVE_PLAYERS else 0.0,
        shots=round(shots, 3),
        threes=around(threes),
        assists=around(assists),
        rebounds_offensive=around(offensive),
        rebounds_defensive=around(defensive),
        steals=around(steals),
        blocks=around(blocks),
        fouls=around(fouls),
        turnovers=around(0.7 * shots + 0.3 * assists),
        touch=round(rng.uniform(0.95, 1.05), 3),
        free_throw=round(rng.uniform(-0.08, 0.08), 3),
    )


@lru_cache(maxsize=1)
def _ratings() -> dict[str, float]:
    rng = random.Random("ratings")
    spread = [index / (len(TEAMS) - 1) for index in range(len(TEAMS))]
    rng.shuffle(spread)
    deviation = (sum((value - 0.5) ** 2 for value in spread) / len(spread)) ** 0.5
    return {code: (value - 0.5) / deviation for code, value in zip(sorted(TEAMS), spread, strict=True)}


def rating(tricode: str) -> float:
    """How good a team is all season: mean 0 and standard deviation 1 over the league."""
    return _ratings()[tricode]
