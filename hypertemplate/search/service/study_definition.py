"""Definition of the study that a run of a session is of, and of the points that are tried in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypertemplate.compiler.objective_warnings import check_result
from hypertemplate.errors import Spelling, UsageError
from hypertemplate.runtime.failures.plain_text import plain
from hypertemplate.search.fixed_params import parse_fixed
from hypertemplate.search.new_study import check_objective, new_study
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.resume import check_options
from hypertemplate.search.samplers.enqueued import Point, parse_points, possible_points
from hypertemplate.search.samplers.factory import SamplerFactory
from hypertemplate.search.samplers.hyperopt.sampler import Suggest, algorithm_name, with_startup
from hypertemplate.search.samplers.hyperopt.trial_documents import evals_left, ran
from hypertemplate.search.searched_template import Template
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Algorithm, Study


@dataclass(frozen=True, slots=True)
class StudyDefinition:
    """Definition of a study, of what the user asks and of what exists already.

    Attributes:
        given: request of this run.
        request: the same, completed with the options of the existing study.
        template: template to search.
        storage: storage of the study.
        documents: the ``hyperopt.Trials`` that trials fill, or None; a study in memory has its trials there.
    """

    given: SearchRequest
    request: SearchRequest
    template: Template
    storage: MemoryStorage
    documents: Any

    def study(self) -> Study:
        """Return the study to run; options that neither the user nor the template sets stay as they were.

        Raises:
            CompileError: what the model returns is surely no loss, and no objective is named.
            UsageError: the study that exists has other options.
        """
        request, program = self.request, self.template.program
        kept = self.storage.study if self.storage.exists else None
        name: Any = None if request.algorithm is None else algorithm_name(request.algorithm)
        max_evals = request.max_evals
        if kept is not None and max_evals is None and program.hints.max_evals is None:
            max_evals = kept.max_evals
        study = new_study(
            program,
            max_evals=max_evals,
            algorithm=name if kept is None else name or kept.algorithm,
            seed=kept.seed if kept is not None and request.seed is None else request.seed,
            maximize=request.maximize,
            objective=request.objective,
            count_pruned=bool(request.count_pruned),
        )
        if kept is not None:
            if study.maximize is None and study.objective == kept.objective:
                study = replace(study, maximize=kept.maximize)
            self._check(kept, study)
        study = replace(study, repeats=request.repeats or 1)
        if study.repeats > 1 and study.maximize is None:
            name = study.objective
            text = f"{{repeats}} needs to know what is better: give {{objective}} as {name}:max or {name}:min"
            raise UsageError(text, "objective", ("repeats",))
        elsewhere = self.template.values.keys() - {*(program.script.results or ())}
        check_objective(program, study, elsewhere=elsewhere)
        check_result(program, study.objective)
        if self.documents is not None and request.folder is None:
            left = evals_left(self.documents, study.max_evals)
            study = replace(study, max_evals=len(ran(self.documents)) + left)
        return study

    def _check(self, kept: Study, study: Study) -> None:
        """Reject a study with other options."""
        folder, program = plain(str(self.request.study)), self.template.program
        check_options(kept, study, folder, script=program.model is None)

    def samplers(self, study: Study, spell: Spelling) -> SamplerFactory:
        """Build the factory of samplers.

        Args:
            study: study to run.
            spell: spells the names of options.

        Raises:
            UsageError: a fixed value or a point does not fit the template.
        """
        request, space = self.request, self.template.program.space
        fixed = parse_fixed(request.fixed, space)
        typed: tuple[Point, ...] = ()
        points: tuple[Point, ...] = ()
        if not request.retry:
            earlier = parse_fixed([one for one in request.fixed if one not in self.given.fixed], space)
            typed = parse_points(self.given.points, space, fixed, {param.label for param in earlier})
            points = possible_points(parse_points(request.points, space), fixed)
        return SamplerFactory(
            study,
            self._algorithm(study),
            self.storage,
            fixed,
            points,
            typed,
            request.oom_loss,
            self.documents,
            spell,
            self.template.code,
            request.default_trial and not request.retry,
            request.rerun_equal,
            self.template.values_digest if request.folder is None and not request.rerun_equal else "",
        )

    def _algorithm(self, study: Study) -> Algorithm | Suggest:
        """Return the source of the points.

        Raises:
            UsageError: a random start is asked for of another algorithm than TPE.
        """
        found = study.algorithm if self.request.algorithm is None else self.request.algorithm
        name = algorithm_name(found)
        if name == "bayes":
            found = "bayes"  # our own loop tells the sampler more than documents say
        if self.request.startup is None:
            return found
        if name != "tpe":
            text = f"{{startup}} is for {{algorithm}} tpe, and this search has {name}"
            raise UsageError(text, "startup", ("algorithm",))
        return with_startup(found, self.request.startup)
