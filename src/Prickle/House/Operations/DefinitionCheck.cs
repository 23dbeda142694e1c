using Prickle.Accounts;
using Prickle.House.Frame;

namespace Prickle.House.Operations;

/// <summary>Whether a definition can be kept at all: sizes, and one statement where one is meant. What it would do is for the dry run.</summary>
static class DefinitionCheck
{
    const int LongestName = 200;
    const int MostDays = 365;
    const int MostTables = 200;
    const int MostChecks = 10;
    const int MostOthers = 20;
    const int LongestWait = 86_400;

    public static Refusal? ProblemOf(OperationDefinition definition)
    {
        if (definition.Title.Trim().Length is 0 or > OperationDefinition.LongestTitle)
        {
            return Refusal.Invalid("title", $"Give it a title of at most {OperationDefinition.LongestTitle} characters.");
        }
        if (definition.Steps.Count is 0 or > OperationDefinition.MostSteps)
        {
            return Refusal.Invalid("steps", $"An operation has 1 to {OperationDefinition.MostSteps} steps.");
        }
        if (definition.ToJson().Length > OperationDefinition.LongestText)
        {
            return Refusal.Invalid("steps", $"An operation has {OperationDefinition.LongestText} characters at most.");
        }
        if (definition.RequiredWhen is { } needed && SelectProblem(needed, "What tells whether it is needed") is { } select)
        {
            return Refusal.Invalid("required_when", select);
        }
        if (definition.After.Count > MostOthers)
        {
            return Refusal.Invalid("after", $"It comes after {MostOthers} others at most.");
        }
        if (definition.HealthChecks.Count > MostChecks)
        {
            return Refusal.Invalid("health_checks", $"{MostChecks} checks at most: each is asked on every node before each piece of work.");
        }
        if (definition.HealthChecks.Select(ProblemOf).FirstOrDefault(problem => problem is not null) is { } check)
        {
            return Refusal.Invalid("health_checks", check);
        }
        return definition.Steps.Select((step, number) => ProblemOf(step) is { } problem ? Refusal.Invalid($"steps.{number}", $"Step {number + 1}: {problem}") : null)
            .FirstOrDefault(problem => problem is not null);
    }

    static string? ProblemOf(HealthCheck check) =>
        check.Name.Trim().Length is 0 or > LongestName ? $"Give each check a name of at most {LongestName} characters."
        : check.Slow is null && check.Stop is null ? $"{check.Name}: above which value does it wait, or stop?"
        : check.Slow > check.Stop ? $"{check.Name}: it would stop before it waits."
        : SelectProblem(check.Sql, check.Name);

    public static Refusal? ProblemOf(OperationThrottle throttle)
    {
        int[] numbers =
        [
            throttle.SlowQueries, throttle.StopQueries, throttle.SlowParts, throttle.StopParts, throttle.SlowDelay, throttle.StopDelay, throttle.PauseMilliseconds, throttle.Threads, throttle.MostMinutes,
        ];
        if (throttle is { Hours: null } or { TimeZone: null } || (throttle.Hours.Length > 0 && WorkingHours.Read(throttle.Hours, throttle.TimeZone) is null))
        {
            return Refusal.Invalid("hours", "Hours look like 22:00-06:00, in a time zone like Europe/Berlin.");
        }
        return Array.Exists(numbers, number => number is < 0 or > 10_000_000) ? Refusal.Invalid("throttle", "Numbers from 0 to ten million; 0 is for never.")
            : throttle.PauseMilliseconds > 600_000 ? Refusal.Invalid("pause_milliseconds", "It rests ten minutes at most.") : null;
    }

    static string? ProblemOf(OperationStep step) => step switch
    {
        StatementStep statement => StatementProblem(statement.Sql) ?? SelectProblem(statement.DoneWhen, "The check")
            ?? (statement.Undo is { } undo ? StatementProblem(undo) : null)
            ?? (statement.Database is null != statement.Table is null ? "Name the table with its database." : null)
            ?? (statement.Nodes == StepNodes.OnePerShard && statement.Table is null ? "One node of each shard: of which table?" : null),
        CreateStep create => NameProblem(create.Database, create.Like, create.Name),
        CopyStep copy => NameProblem(copy.Database, copy.From, copy.To) ?? ConditionProblem(copy.Where),
        AttachStep attach => NameProblem(attach.Database, attach.From, attach.To),
        BackupStep backup => backup.Tables.Count is 0 or > MostTables ? $"Name 1 to {MostTables} tables." : NameProblem([backup.Database, .. backup.Tables]),
        VerifyStep verify => NameProblem(verify.Database, verify.From, verify.To) ?? ConditionProblem(verify.Where),
        SwapStep swap => NameProblem(swap.Database, swap.Table, swap.Next, swap.Kept),
        MutationStep mutation => NameProblem(mutation.Database, mutation.Table) ?? ConditionProblem(mutation.Command) ?? ConditionProblem(mutation.Where)
            ?? (mutation.RestoreFrom is not null && mutation.Where is null ? "To put rows back, say which are meant (where)." : null),
        OptimizeStep optimize => NameProblem(optimize.Database, optimize.Table),
        AssertStep assert => SelectProblem(assert.Sql, "The condition") ?? (assert.TimeoutSeconds is < 0 or > LongestWait ? "It waits a day at most." : null),
        DropStep drop => NameProblem(drop.Database, drop.Table) ?? (drop.AfterDays is < 0 or > MostDays ? $"A table is kept {MostDays} days at most." : null),
        GateStep gate => gate.Question.Trim().Length is 0 or > 500 ? "Say what is asked, in at most 500 characters." : null,
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    static string? StatementProblem(string text) =>
        StatementGuard.Read(text) is not { } statement ? "Write one statement: not none, and not several. A server takes one at a time."
        : statement.HasParameters ? "Parameters in braces have no values here: write them out." : null;

    static string? SelectProblem(string text, string what) =>
        StatementGuard.Read(text) is not { } statement ? $"{what} is one SELECT." : statement.Kind != "Select" ? $"{what} is a SELECT, not {statement.Kind.ToUpperInvariant()}." : null;

    // A condition goes into a statement as it is: it must not end it and begin another.
    static string? ConditionProblem(string? text) => text is not null && StatementGuard.Read(text) is null ? "A condition is one expression." : null;

    static string? NameProblem(params string[] names) => Array.Exists(names, name => name.Length is 0 or > LongestName) ? $"Names have 1 to {LongestName} characters." : null;
}
