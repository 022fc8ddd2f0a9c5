-- One study. The search that holds the lock beside this file writes it; anyone may read it at any time.
--
-- Columns called JSON hold JSON in which a number that JSON does not have is {"$number": "nan"}, "inf" or
-- "-inf" alike. Text with a lone surrogate, which SQLite's text cannot hold, is a blob.

PRAGMA application_id = 1213494132;  -- "HTst"
PRAGMA user_version = 4;

CREATE TABLE study (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,             -- the template's stem
    template TEXT NOT NULL,         -- as the user wrote it
    seed INTEGER NOT NULL,
    algorithm TEXT NOT NULL,
    max_evals INTEGER NOT NULL,
    objective TEXT,
    maximize INTEGER,               -- whether a loss is the user's number negated; NULL while that is unknown
    count_pruned INTEGER NOT NULL DEFAULT 0,  -- whether a trial that was stopped can be the best one
    repeats INTEGER NOT NULL DEFAULT 1,  -- how many runs each trial has that is proposed from now on
    frozen TEXT NOT NULL,           -- JSON: labels that have one value from now on
    options TEXT NOT NULL,          -- JSON: what the search was started with
    sampler_state TEXT NOT NULL     -- JSON: the sampler's random state at the last proposal; empty before any
);

CREATE TABLE generation (           -- the code that some trials ran; the last one is the present code
    number INTEGER PRIMARY KEY,     -- from 0
    digest TEXT NOT NULL,
    space TEXT NOT NULL,            -- JSON: every dimension
    source TEXT,                    -- JSON: the parts of the template, or the number of the generation that
                                    -- has the same; NULL if an earlier version ran it
    program TEXT NOT NULL,          -- program.py
    versions TEXT NOT NULL,         -- JSON: name to version of what the program loaded
    files TEXT NOT NULL             -- JSON: path to digest of the user's files that the program imported
);

CREATE TABLE trial (
    number INTEGER PRIMARY KEY,     -- from 0, in the order of proposal
    state TEXT NOT NULL CHECK (state IN ('RUNNING', 'COMPLETE', 'PRUNED', 'FAILED')),
    params TEXT NOT NULL,           -- JSON: label to number; of a choice {"index": 1, "text": "'elu'"}
    loss REAL,                      -- lower is better
    metrics TEXT NOT NULL,          -- JSON: name to number
    unused TEXT NOT NULL,           -- JSON: labels that the trial never read
    frozen TEXT NOT NULL,           -- JSON: labels that the user gave a value, the others were drawn
    started_at TEXT NOT NULL,       -- UTC, ISO 8601
    duration_s REAL,
    worker INTEGER NOT NULL,
    error TEXT,                     -- why it failed or was stopped, in one line
    failure TEXT,                   -- the class of that reason, such as 'timed out'
    traceback TEXT NOT NULL,
    handed INTEGER NOT NULL DEFAULT 0,  -- whether a worker has it, or had it when the search died
    deaths INTEGER NOT NULL DEFAULT 0,  -- how often the search died while a worker had it
    origin TEXT,                    -- JSON: the name and place of the number that the loss comes from
    estimate REAL,                  -- of a trial that was stopped: what the sampler was told; NULL: its loss
    generation INTEGER NOT NULL DEFAULT 0,  -- the code that it ran
    left_out TEXT NOT NULL DEFAULT '',  -- why it does not count under the present code; empty: it counts
    present TEXT,                   -- JSON: params, unused and frozen in the present space; NULL: as it ran
    equal_to INTEGER,               -- the trial whose result answers it; NULL: it ran
    repeats INTEGER NOT NULL DEFAULT 1,  -- how many runs it has, unless one fails or is stopped
    folds TEXT NOT NULL DEFAULT ''  -- JSON: losses whose mean the loss is, which one run returned; empty: one
);

CREATE TABLE run (                  -- of trials with several; also of those that have not had all of them
    trial INTEGER NOT NULL REFERENCES trial (number) ON DELETE CASCADE,
    run INTEGER NOT NULL,           -- from 0; each has a seed of its own
    loss REAL,                      -- lower is better; NULL: it failed
    metrics TEXT NOT NULL,          -- JSON: name to number
    folds TEXT NOT NULL DEFAULT '', -- JSON: losses whose mean the loss is; empty: one
    unused TEXT NOT NULL,           -- JSON: labels that the run never read
    origin TEXT NOT NULL,           -- JSON: the name and place of the number that the loss comes from
    duration_s REAL,
    error TEXT,                     -- why it failed
    failure TEXT,                   -- the class of that reason
    PRIMARY KEY (trial, run)
) WITHOUT ROWID;

CREATE TABLE confirmation (         -- runs of trials again, after the search, each in a process of its own
    generation INTEGER NOT NULL,    -- the code that ran
    trial INTEGER NOT NULL,
    run INTEGER NOT NULL,           -- from 0, of this trial and generation
    loss REAL,                      -- the other columns are as in the table run
    metrics TEXT NOT NULL,
    folds TEXT NOT NULL DEFAULT '',
    unused TEXT NOT NULL,
    origin TEXT NOT NULL,
    duration_s REAL,
    error TEXT,
    failure TEXT,
    PRIMARY KEY (generation, trial, run)
) WITHOUT ROWID;

CREATE TABLE fit (
    trial INTEGER NOT NULL REFERENCES trial (number) ON DELETE CASCADE,
    fit INTEGER NOT NULL,           -- from 0, in the order of their starts
    epochs INTEGER,                 -- the most that it may run, if that is known
    unit TEXT NOT NULL DEFAULT 'epoch',  -- what its reports are counted in: epoch, round or step
    PRIMARY KEY (trial, fit)
) WITHOUT ROWID;

CREATE TABLE report (
    trial INTEGER NOT NULL REFERENCES trial (number) ON DELETE CASCADE,
    fit INTEGER NOT NULL,
    step INTEGER NOT NULL,          -- from 0, in the fit, with reports that were left out
    epoch INTEGER NOT NULL,         -- as the framework numbers it, from 0; of a step, the user's own number
    seconds REAL,                   -- since the start of the trial; NULL if it ran with format 1
    metrics TEXT NOT NULL,          -- JSON: name to number
    stop TEXT NOT NULL DEFAULT '',  -- why the trial was stopped here
    so_far TEXT NOT NULL DEFAULT '',  -- JSON: name to count, lowest and highest, where reports were left out
    PRIMARY KEY (trial, fit, step)
) WITHOUT ROWID;

CREATE TABLE model (
    trial INTEGER PRIMARY KEY REFERENCES trial (number) ON DELETE CASCADE,
    path TEXT NOT NULL              -- of the kept model, relative to the study's folder
);
