using System.Globalization;
using MudBlazor;
using Prickle.Accounts;

namespace Prickle.House.Operations.Pages;

/// <summary>What people do to an operation from a page: asked first where it is much, told when it is done or refused.</summary>
sealed class OperationActs(OperationBook book, IDialogService dialogs, ISnackbar notices, TimeProvider time)
{
    static readonly TimeSpan Longer = TimeSpan.FromDays(7);

    public async Task<bool> ApproveAsync(OrganizationGrant organization, Operation operation, string server, int nodes, CancellationToken cancellationToken)
    {
        if (operation.Plan is not { } plan)
        {
            return false;
        }
        var warnings = plan.Findings.Count(finding => finding.Weight == FindingWeight.Warning);
        var text = $"{OperationLooks.Steps(plan.Steps.Count)} on {server}, {(nodes == 1 ? "1 node" : $"{nodes} nodes")}. {UndoWords.Of(operation)}"
            + (warnings == 0 ? "" : warnings == 1 ? " The dry run has a warning: read it first." : $" The dry run has {warnings} warnings: read them first.");
        var lines = plan.Steps.Select((step, number) => new QuestionLine(
            $"{number + 1}. {step.Title}", string.Join("; ", step.Nodes.Select(node => OperationLooks.SizesOf(node) is { Length: > 0 } sizes ? $"{node.Found}, {sizes}" : node.Found).Distinct()), false)).ToList();
        return await dialogs.AskAsync(new OperationQuestion($"Approve and start: {operation.Definition.Title}", text, "Approve and start", lines) { IsFinal = plan.IsDestructive })
            && Tell(await book.ApproveAsync(organization, operation.ServerId, operation.Id, operation.Hash, cancellationToken), "Approved: it begins.");
    }

    public async Task<bool> UndoAsync(OrganizationGrant organization, Operation operation, IReadOnlyCollection<int> begun, CancellationToken cancellationToken)
    {
        var lines = UndoWords.Lines(operation, begun);
        var text = lines.Count == 0 ? "Nothing was done to the server that needs to be taken back." : "What was done is taken back, the last step first. Rows that were written meanwhile are kept.";
        return await dialogs.AskAsync(new OperationQuestion($"Undo: {operation.Definition.Title}", text, "Undo", lines))
            && Tell(await book.RollBackAsync(organization, operation.ServerId, operation.Id, cancellationToken), "It is being undone.");
    }

    public async Task<bool> DropNowAsync(OrganizationGrant organization, Operation operation, CancellationToken cancellationToken) =>
        await dialogs.AskAsync(new OperationQuestion($"Drop now: {TablesOf(operation)}", "The rows in it are gone after that, and the operation cannot be undone any more.", "Drop now", []) { IsFinal = true })
        && Tell(await book.DropAtAsync(organization, operation.ServerId, operation.Id, time.GetUtcNow(), cancellationToken), "It is dropped now.");

    public async Task<bool> KeepLongerAsync(OrganizationGrant organization, Operation operation, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = (operation.DropAt is { } at && at > now ? at : now) + Longer;
        var date = until.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
        return await dialogs.AskAsync(new OperationQuestion($"Keep a week longer: {TablesOf(operation)}", $"It is dropped on {date}, and takes its room on the disk until then.", "Keep a week longer", []))
            && Tell(await book.DropAtAsync(organization, operation.ServerId, operation.Id, until, cancellationToken), $"Kept until {date}.");
    }

    public async Task<bool> CancelAsync(OrganizationGrant organization, Operation operation, CancellationToken cancellationToken) =>
        await dialogs.AskAsync(new OperationQuestion($"Cancel: {operation.Definition.Title}", "Nothing was done to the server, and nothing will be. It stays in the list.", "Cancel it", []) { IsFinal = true })
        && Tell(await book.CancelAsync(organization, operation.ServerId, operation.Id, cancellationToken), "Cancelled.");

    /// <summary>Says why not, where it was refused.</summary>
    public bool Tell(Outcome<Operation> outcome, string? done = null)
    {
        if (outcome is Outcome<Operation>.Refused(var refusal))
        {
            notices.Add(refusal.Detail, Severity.Error);
            return false;
        }
        if (done is not null)
        {
            notices.Add(done, Severity.Success);
        }
        return true;
    }

    /// <summary>The tables that wait to be dropped.</summary>
    public static string TablesOf(Operation operation) => string.Join(", ", operation.Definition.Steps.OfType<DropStep>().Select(step => $"{step.Database}.{step.Table}"));
}
