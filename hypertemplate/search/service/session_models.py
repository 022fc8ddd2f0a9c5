"""Models of the best trials of a session: in this process, in a temporary folder or in the study's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hypertemplate.runtime.kept_models.checkpoint import load_model
from hypertemplate.runtime.kept_models.model_parts import PARTS
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.storage.models import BestModels, FolderModels, delete_model
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Trial


class SessionModels:
    """Models of the best trials of a session.

    Args:
        request: request of the user.
        folder: returns the folder for the files of a study in memory.
        counts: tells whether a trial can be the best one.

    Attributes:
        best: keeper of the best models, which the search asks.
        objects: models of trials that ran in this process, by their places.
    """

    def __init__(
        self, request: SearchRequest, folder: Callable[[], Path], counts: Callable[[Trial], bool]
    ) -> None:
        self._in_process = request.in_process
        self._folder = folder
        self.objects: dict[str, Any] = {}
        self._others: set[str] = set()  # places of models that other processes saved
        self.best = BestModels(request.keep_models or 1, self._place, self._discard, counts)

    @property
    def kept(self) -> list[tuple[Trial, str]]:
        """Trials whose models are kept, the best first, and the places of the models."""
        return self.best.kept

    @property
    def note(self) -> str:
        """Reason for a missing best model although trials return models; else an empty string."""
        return self.best.note if isinstance(self.best, FolderModels) else ""

    def has(self, number: int) -> bool:
        """Tell whether the model of a trial is kept."""
        return any(trial.number == number for trial, _ in self.kept)

    def load(self, number: int, values: Mapping[str, Any], *, trust: bool) -> Any:
        """Return the kept model of a trial.

        Args:
            number: number of the trial.
            values: values that the template takes, which a model in a file may need.
            trust: whether code may run that is in a file of another process; this session's own may.

        Raises:
            UntrustedError: it may not, and there is.
        """
        place = self._place_of(number)
        if place in self.objects:
            return self.objects[place]
        return load_model(place, values, trust=trust or place not in self._others)

    def unsaved(self, number: int) -> bool:
        """Return True if a trial returned a model that could not be saved as a whole."""
        return number in self.best.reasons or self._place_of(number).endswith(PARTS)

    def move_to(self, storage: SqliteStorage, count: int) -> Callable[[], None]:
        """Keep the best models in the folder of a study; return the function that takes over those in it."""
        own = {place for _, place in self.kept} - self._others
        self.best = folder_models = FolderModels(
            count, storage.folder.resolve(), storage, forget=lambda place: self.objects.pop(place, None)
        )

        def take_over() -> None:
            folder_models.take_over()
            self._others = {place for _, place in folder_models.kept} - own

        return take_over

    def _place_of(self, number: int) -> str:
        return next((place for trial, place in self.kept if trial.number == number), "")

    def _place(self, number: int) -> str:
        name = f"trial-{number}.keras"
        return name if self._in_process else str(self._folder() / name)

    def _discard(self, place: str) -> None:
        if self._in_process:
            self.objects.pop(place, None)
        else:
            delete_model(Path(place))
