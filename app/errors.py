"""What can go wrong, in words a person can act on. Nothing here knows HTTP; app.web.problems gives each its status."""

from dataclasses import dataclass


class Problem(Exception):  # noqa: N818 - errors are sentences here, without the word "Error"
    """A refusal with a message for the person who asked: what, where, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Problem):
    """There is no such thing, or it belongs to somebody else: the two are never told apart."""


class Forbidden(Problem):
    """The person may see it, but may not do this."""


class Conflict(Problem):
    """The thing has changed, or is in a state that does not allow this."""


class TooLarge(Problem):
    """More bytes than the limit allows."""


class UnsupportedType(Problem):
    """A file that is not of an allowed type, or is not what its name says."""


class PreconditionFailed(Conflict):
    """The version the change was made from is no longer the current one."""


class PreconditionRequired(Problem):
    """A change must say which version it was made from."""


class SignInNeeded(Problem):
    """Nobody is signed in, or the session has ended."""


class TooManyRequests(Problem):
    """Too often; wait."""


class Unavailable(Problem):
    """Something the service needs does not answer at the moment; trying again later may help."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong in a file: where it stands and how to mend it.

    `line` and `column` count from 1; both are 0 when the finding concerns the file as a whole.
    """

    file: str
    line: int
    column: int
    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """`file:line:col: path: problem - remedy`, the form editors can jump to."""
        where = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        path = f"{self.path}: " if self.path else ""
        return f"{where}{path}{self.problem} - {self.remedy}"


class Invalid(Problem):
    """Input that cannot be used; carries every finding, not only the first."""

    def __init__(self, findings: "list[Finding] | tuple[Finding, ...]") -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))
