from xstilts.api.encoders import Encoder as Encoder
from xstilts.api.encoders import encode as encode
from xstilts.api.encoders import load_encoder as load_encoder
from xstilts.api.examples import load_task as load_task
from xstilts.api.noise import corrupt as corrupt
from xstilts.api.planned import PlannedStudy as PlannedStudy
from xstilts.api.results import Results as Results
from xstilts.api.scoring import score as score
from xstilts.api.study import load_study as load_study
from xstilts.api.study import plan as plan
from xstilts.api.study import predict_gains as predict_gains
from xstilts.api.study import run as run
from xstilts.search import Search
from xstilts.studies.spec import Study as Study

__version__: str
search: Search
__all__ = [
    "Encoder",
    "PlannedStudy",
    "Results",
    "Study",
    "__version__",
    "corrupt",
    "encode",
    "load_encoder",
    "load_study",
    "load_task",
    "plan",
    "predict_gains",
    "run",
    "score",
    "search",
]
