"""SP5xx: writing a project to disk and merging it with what a person changed there."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

OUTPUT_IS_A_FILE = Rule(
    code="SP501",
    name="output-is-a-file",
    explanation="A project is a folder, and the given output path is a file. Nothing was written.",
    bad="specc build intents.yaml --output intents.yaml",
    good="specc build intents.yaml --output intents",
)

FOLDER_NOT_OURS = Rule(
    code="SP502",
    name="folder-not-ours",
    explanation=(
        "The output folder holds files, and none of them says that specc generated the folder "
        "(`.specc/manifest.json` is missing). To keep what stands there safe, a build only writes "
        "to a folder that is absent, empty, or a project it wrote before."
    ),
    bad="specc build intents.yaml --output ~/Documents",
    good="specc build intents.yaml --output ~/Documents/intents",
)

NOT_WRITABLE = Rule(
    code="SP503",
    name="folder-not-writable",
    explanation=(
        "The new project is put together beside the output folder and then takes its place in one "
        "step. For that, the output folder, its parent and the folders in it must be writable, "
        "and the disk must have room. The old project is untouched."
    ),
    bad="specc build intents.yaml --output /intents",
    good="specc build intents.yaml --output ~/intents",
)

DAMAGED_MANIFEST = Rule(
    code="SP504",
    name="damaged-manifest",
    explanation=(
        "`.specc/manifest.json` in the output folder cannot be read. It says what the last build "
        "wrote, and without it your edits cannot be told from generated lines. Restore it from "
        "version control, or build to a new folder."
    ),
    bad="echo oops > intents/.specc/manifest.json",
    good="git checkout intents/.specc",
)

NEWER_MANIFEST = Rule(
    code="SP505",
    name="project-from-newer-specc",
    explanation=(
        "The project in the output folder was written by a newer specc, in a form that this one "
        "does not know. Upgrade specc, or build to a new folder."
    ),
    bad="specc build intents.yaml  # written by a newer specc before",
    good="pip install --upgrade specc",
)

MERGE_CONFLICT = Rule(
    code="SP506",
    name="merge-conflict",
    explanation=(
        "You changed lines of a generated file, and the spec now generates these lines "
        "differently. The file holds both versions between `<<<<<<<` and `>>>>>>>`. A file in "
        "which no lines can be marked (binary, or data copied in) is left as you have it. "
        "Everything else was written."
    ),
    bad="specc build intents.yaml  # batch size changed here and in config.py",
    good="# edit config.py: keep one of the two versions, delete the three marker lines",
)

UNRESOLVED_CONFLICT = Rule(
    code="SP507",
    name="unresolved-conflict",
    explanation=(
        "A generated file still holds the markers of an earlier conflict. Building on top of them "
        "would bury your version, so nothing was written."
    ),
    bad="specc build intents.yaml && specc build intents.yaml  # first one left a conflict",
    good="# resolve the marked lines in the file, then: specc build intents.yaml",
)

DATA_CHANGED = Rule(
    code="SP508",
    name="data-changed-while-building",
    explanation=(
        "A data file is not what it was when the compiler read it a moment ago: it was removed, "
        "or its content changed. What was planned from the old content may be wrong for the new, "
        "so nothing was written."
    ),
    bad="specc build intents.yaml  # while another job still writes intents.csv",
    good="specc build intents.yaml  # once intents.csv is complete",
)

PATH_BLOCKED = Rule(
    code="SP509",
    name="path-blocked",
    explanation=(
        "Where the project needs a file, a folder stands, or the other way round; a link to a "
        "folder counts as a file. Nothing was written."
    ),
    bad="mkdir intents/predict.py",
    good="rmdir intents/predict.py",
)

FOLDER_NOT_REPLACEABLE = Rule(
    code="SP510",
    name="folder-not-replaceable",
    explanation=(
        "A build replaces the project folder in one step, so that a killed build never leaves a "
        "mixture of old and new. A mount point cannot be replaced, and neither can a folder with "
        "a mount point in it, or one that came with a container's image. Build to a folder inside "
        "the mount; where results must go to another disk, make `outputs` a symbolic link to it."
    ),
    bad="specc build intents.yaml --output /mnt/disk",
    good="specc build intents.yaml --output /mnt/disk/intents",
)

BUILD_DURING_RUN = Rule(
    code="SP511",
    name="build-during-run",
    explanation=(
        "A training is going on in the output folder: its results would not be those of the new "
        "code. Nothing was written."
    ),
    bad="specc run intents.yaml & specc build intents.yaml",
    good="specc build intents.yaml --output intents-2",
)

FOLDER_OF_ANOTHER_SPEC = Rule(
    code="SP512",
    name="folder-of-another-spec",
    explanation=(
        "A project goes to a folder of its name, and two specs can have the same name: `a b.yaml` "
        "and `a-b.yaml`, `spec.yaml` in two folders, a copy that keeps `name`. The second would "
        "replace the project and the runs of the first, so nothing was written. A folder that you "
        "give with `-o` is taken as it is."
    ),
    bad="specc run first/spec.yaml && specc run second/spec.yaml",
    good="specc run first/spec.yaml && specc run second/spec.yaml -o runs/second",
)

KEEPS_CHANGING = Rule(
    code="SP513",
    name="files-keep-changing",
    explanation=(
        "A build merges what it finds, and looks again when a file of the project is saved in the "
        "meantime. Here a program saves faster than a build takes, so nothing was written."
    ),
    bad="watch -n 0.1 'date >> intents/config.py' & specc build intents.yaml -o intents",
    good="specc build intents.yaml -o intents    # once nothing writes to its files",
)

RULES = (
    OUTPUT_IS_A_FILE,
    FOLDER_NOT_OURS,
    NOT_WRITABLE,
    DAMAGED_MANIFEST,
    NEWER_MANIFEST,
    MERGE_CONFLICT,
    UNRESOLVED_CONFLICT,
    DATA_CHANGED,
    PATH_BLOCKED,
    FOLDER_NOT_REPLACEABLE,
    BUILD_DURING_RUN,
    FOLDER_OF_ANOTHER_SPEC,
    KEEPS_CHANGING,
)
