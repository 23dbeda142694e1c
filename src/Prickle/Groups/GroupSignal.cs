using System.Text.Json;

namespace Prickle.Groups;

/// <summary>What one event says about a group: that it exists, and perhaps what is known of it.</summary>
/// <param name="ProjectId">The project of the event.</param>
/// <param name="Type">The kind of group, such as "company".</param>
/// <param name="Key">Which one.</param>
/// <param name="Set">Properties to set; undefined when the event sets none.</param>
/// <param name="At">When the event happened.</param>
public sealed record GroupSignal(int ProjectId, string Type, string Key, JsonElement Set, DateTimeOffset At);
