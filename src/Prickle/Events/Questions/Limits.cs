namespace Prickle.Events.Questions;

/// <summary>What a page may ask of the store.</summary>
static class Limits
{
    public static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object>
    {
        ["max_execution_time"] = 30,
        ["optimize_read_in_order"] = 1,
        // Keys come back with their dots.
        ["json_type_escape_dots_in_keys"] = 1,
    };
}
