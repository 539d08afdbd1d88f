# The workshop. `make demo` and `make test` are all that a newcomer needs; both set up what they use.

PYTHON ?= python3.11
RUN := .venv/bin/python
READY := .venv/.ready
DATA ?= ../shared/data
# The tests start Python many times: modules are compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-slow lint types imports pytest docs train finish importance stories evaluate bench bench-fewshot bench-series clean

demo: $(READY)  ## the main job on the bundled sample, in a fresh database under demo/
	$(RUN) -m southbound demo

test: lint types imports pytest  ## every check

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt --group dev -e .
	touch $(READY)

.venv/.ready-train: $(READY)
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt --group train
	touch .venv/.ready-train

lint: $(READY)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: $(READY)
	$(RUN) -m mypy

imports: $(READY)
	$(RUN) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

pytest: $(READY)
	$(RUN) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" --cov --cov-report=term:skip-covered

test-slow: $(READY)  ## what takes minutes: the whole of the real news
	$(RUN) -m pytest -m slow

docs: $(READY)  ## write the generated parts of README.md anew
	$(RUN) -m cogapp -r README.md

WORK ?= build/train

train: .venv/.ready-train  ## make the English weights (hours on 2 cores), then thresholds, scores, card
	$(RUN) -m nlp.training.pretrain --data "$(DATA)" --out "$(WORK)/words"
	$(RUN) -m nlp.training.train --data "$(DATA)" --start "$(WORK)/words" --out "$(WORK)/first" --epochs 6 --rate 1.5e-4
	$(RUN) -m nlp.training.train --data "$(DATA)" --start "$(WORK)/first" --out "$(WORK)/0" --epochs 2 --rate 8e-5 --seed 23 --annotated 2.5
	$(RUN) -m nlp.training.train --data "$(DATA)" --start "$(WORK)/0" --out "$(WORK)/1" --frozen 2 --epochs 1 --rate 1e-4 --seed 31
	$(RUN) -m nlp.training.train --data "$(DATA)" --start "$(WORK)/1" --out "$(WORK)/2" --frozen 2 --epochs 1 --rate 1e-4 --seed 37 --annotated 2
	$(RUN) -m nlp.training.train --data "$(DATA)" --start "$(WORK)/2" --out "$(WORK)/3" --frozen 2 --epochs 1 --rate 8e-5 --seed 41 --annotated 2.5
	$(RUN) -m nlp.training.soup --out models/english "$(WORK)/0=0.25" "$(WORK)/1=0.25" "$(WORK)/2=0.25" "$(WORK)/3=0.25"
	$(MAKE) finish

finish: .venv/.ready-train  ## word model, thresholds, relevance, scores, floors and card for the weights at hand
	$(RUN) -m nlp.training.finish --data "$(DATA)" --model models/english --name $(or $(NAME),southbound-en-4)

importance: .venv/.ready-train  ## how much a report matters: fit, scores, floors and card
	$(RUN) -m nlp.training.importance --data "$(DATA)"

stories: .venv/.ready-train  ## which reports tell one event: what reads pairs, the decision, scores, floors, card
	$(RUN) -m nlp.training.story_reading --data "$(DATA)"
	$(RUN) -m nlp.training.characters --data "$(DATA)" --out "$(WORK)/characters"
	$(RUN) -m nlp.training.story_reading --data "$(DATA)" --characters "$(WORK)/characters"
	$(RUN) -m nlp.training.story_fit --data "$(DATA)"

evaluate: $(READY)  ## scores of the shipped weights on the held-out split
	$(RUN) -m nlp.training.evaluate --data "$(DATA)"

bench: $(READY)  ## tagging speed and memory on whole articles; what claims add
	$(RUN) tests/bench/tagging.py --data "$(DATA)"
	$(RUN) tests/bench/claims.py --data "$(DATA)"

bench-series: $(READY)  ## series of a tagged year (DB=...), and of ten million tags, beside the naive way
	$(RUN) tests/bench/series.py --db "$(DB)"

bench-fewshot: .venv/.ready-train  ## a theme from few examples, beside contrastive tuning of the base encoder
	$(RUN) tests/bench/fewshot.py --data "$(DATA)"

clean:
	rm -rf .venv demo build dist .mypy_cache .pytest_cache .ruff_cache .coverage
