using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using Prickle.Automations.Storage;

namespace Prickle.Automations.Engine;

/// <summary>A leased run while somebody works on it, with what was done so far.</summary>
sealed class RunWork(RunRow run, Guid lease, DateTimeOffset now)
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly List<RunStepRow> _steps = [];
    readonly int _pokes = run.Pokes;
    RunContext? _context;
    HoldRow? _hold;

    public RunRow Run => run;
    public Guid Lease => lease;
    public DateTimeOffset Now => now;
    public AutomationDefinition Definition { get; private set; } = null!;
    public Project Project { get; private set; } = null!;

    /// <summary>Null for a run about nobody.</summary>
    public RunPerson? Person { get; private set; }

    public RunContext Context => _context ??= RunContext.Read(run.Context);

    /// <summary>False once it ended, waits, or has to be saved before it goes on.</summary>
    public bool IsGoingOn { get; private set; } = true;

    /// <summary>Whether something was done since it was leased, which is not saved yet.</summary>
    public bool IsUnsaved => _steps.Count > 0;

    /// <summary>Whether it waits at this step already.</summary>
    public bool HasArrived => run.WaitingSince is not null;

    /// <summary>Whether the longest wait is over.</summary>
    public bool IsOver => run.Deadline is not { } deadline || deadline <= RunTable.Micros(now);

    public RunProgress Progress
    {
        get
        {
            if (_context is not null)
            {
                run.Context = _context.Write();
            }
            return new RunProgress(run, lease, _pokes, _steps, _hold);
        }
    }

    public void Begin(AutomationDefinition definition, Project project, RunPerson? person)
    {
        (Definition, Project, Person) = (definition, project, person);
        run.PersonId = person?.Id;
    }

    /// <summary>Writes down what happened, without going on.</summary>
    public void Note(string step, string kind, StepState state, string detail, JsonObject? data = null, TimeSpan took = default)
    {
        run.Steps++;
        _steps.Add(new RunStepRow
        {
            RunId = run.Id,
            Number = run.Steps,
            ProjectId = run.ProjectId,
            AutomationId = run.AutomationId,
            Version = run.Version,
            StepId = step,
            Kind = kind,
            Attempt = run.Attempt + 1,
            State = state,
            Detail = detail,
            Data = data?.ToJsonString(Json),
            At = RunTable.Micros(now),
            Milliseconds = (int)took.TotalMilliseconds,
            // What is tried is nobody's news.
            Told = run.IsTest ? 1 : 0,
        });
    }

    /// <summary>The step is over: goes on with the next.</summary>
    public void Leave(AutomationStep step, string kind, string detail, string? next, JsonObject? output = null)
    {
        Note(step.Id, kind, StepState.Done, detail, output is null ? null : new JsonObject { ["output"] = output.DeepClone() });
        GoOn(step, next, output);
    }

    /// <summary>Goes on from a step of which everything is noted.</summary>
    public void GoOn(AutomationStep step, string? next, JsonObject? output)
    {
        Context.Leave(step.Id, output);
        (run.StepId, run.Attempt, run.WaitingSince, run.Deadline, run.HasBegun, run.Reason) = (next, 0, null, null, false, null);
        // What was heard on the way is for the wait that it comes to.
        run.Signal = step.Waits ? null : run.Signal;
        (run.WakeAt, run.Awaits) = (RunTable.Micros(now), (run.Awaits & RunAwaits.Goal) | (NextWaits.Any(Definition, next) ? RunAwaits.Event : RunAwaits.None));
    }

    /// <summary>Begins to wait.</summary>
    /// <param name="recheck">Looked at so soon again; null for not before the deadline.</param>
    public void Wait(AutomationStep step, DateTimeOffset deadline, TimeSpan? recheck, RunAwaits awaits, string reason)
    {
        Note(step.Id, KindOf(step), StepState.Waiting, reason, new JsonObject { ["until"] = deadline });
        (run.WaitingSince, run.Deadline, run.Reason, run.Signal) = (RunTable.Micros(now), RunTable.Micros(deadline), reason, null);
        // Exit rules look at persons during every wait.
        run.Awaits = (run.Awaits & RunAwaits.Goal) | awaits | (Definition.Exit.When is null ? RunAwaits.None : RunAwaits.Person);
        WaitOn(recheck);
    }

    /// <summary>Goes on waiting.</summary>
    public void WaitOn(TimeSpan? recheck)
    {
        var later = recheck is { } soon ? RunTable.Micros(now + soon) : long.MaxValue;
        run.WakeAt = Math.Min(later, run.Deadline ?? later);
        IsGoingOn = false;
    }

    /// <summary>Is due again at a time, at the same step.</summary>
    public void ComeBack(DateTimeOffset at, string? reason)
    {
        (run.WakeAt, run.Reason, run.HasBegun) = (RunTable.Micros(at), reason, false);
        IsGoingOn = false;
    }

    /// <summary>What the step did is to be taken back one day.</summary>
    public void Hold(DestinationStep step, JsonObject variables, DateTimeOffset checkAt)
    {
        if (_hold is not null)
        {
            throw new InvalidOperationException("One delivery is saved at a time.");
        }
        _hold = new HoldRow
        {
            RunId = run.Id,
            StepId = step.Id,
            ProjectId = run.ProjectId,
            AutomationId = run.AutomationId,
            Version = run.Version,
            PersonId = run.PersonId,
            DistinctId = run.DistinctId,
            Variables = variables.ToJsonString(Json),
            CheckAt = RunTable.Micros(checkAt),
        };
        // Saved before another delivery makes another.
        IsGoingOn = false;
    }

    public void Convert() => run.ConvertedAt ??= RunTable.Micros(now);

    public void End(RunState state, string reason)
    {
        (run.State, run.Reason, run.EndedAt, run.WakeAt, run.WaitingSince, run.Deadline) = (state, reason, RunTable.Micros(now), null, null, null);
        run.HasBegun = false;
        // The goal counts on after the end, as long as it may.
        run.Awaits = run.ConvertedAt is null && run.GoalUntil > RunTable.Micros(now) ? run.Awaits & RunAwaits.Goal : RunAwaits.None;
        IsGoingOn = false;
    }

    static string KindOf(AutomationStep step) => step switch
    {
        PauseStep => "pause",
        PauseUntilStep => "pause_until",
        PauseWindowStep => "pause_window",
        DestinationStep destination => destination.Kind,
        _ => "step",
    };
}
