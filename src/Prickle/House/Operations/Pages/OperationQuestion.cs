using MudBlazor;

namespace Prickle.House.Operations.Pages;

/// <summary>A question about an operation, with what the answer does line by line.</summary>
/// <param name="Text">What happens.</param>
/// <param name="Action">The verb on the button.</param>
public sealed record OperationQuestion(string Title, string Text, string Action, IReadOnlyList<QuestionLine> Lines)
{
    /// <summary>What is done cannot be taken back.</summary>
    public bool IsFinal { get; init; }
}

/// <summary>One of the things that will be done.</summary>
public sealed record QuestionLine(string Title, string Text, bool IsProblem = false);

/// <summary>Asks.</summary>
static class OperationQuestions
{
    /// <summary>True when the person agreed.</summary>
    public static async Task<bool> AskAsync(this IDialogService dialogs, OperationQuestion question)
    {
        var dialog = await dialogs.ShowAsync<QuestionDialog>(
            question.Title, new DialogParameters<QuestionDialog> { { shown => shown.Question, question } }, new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true });
        return await dialog.Result is { Canceled: false };
    }
}
