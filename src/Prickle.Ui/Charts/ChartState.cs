namespace Prickle.Ui.Charts;

/// <summary>What a <see cref="ChartFrame"/> has to show.</summary>
public enum ChartState
{
    /// <summary>The answer is being made.</summary>
    Loading,

    /// <summary>There is an answer, and another is being made: the old one is shown pale.</summary>
    Renewing,

    /// <summary>There is an answer.</summary>
    Ready,

    /// <summary>The answer is that there is nothing.</summary>
    Empty,

    /// <summary>There is no answer.</summary>
    Failed,
}

/// <summary>How far a question has come.</summary>
/// <param name="RowsTotal">How many there are to read, where it is known.</param>
public sealed record ChartProgress(long RowsRead, long? RowsTotal = null);

/// <summary>Why there is no answer: one sentence each.</summary>
/// <param name="What">What happened.</param>
/// <param name="Why">Why.</param>
/// <param name="WhatToDo">What the person can do about it.</param>
/// <param name="Details">For those who look after the machine; folded.</param>
public sealed record ChartFailure(string What, string Why, string WhatToDo, string? Details = null);
