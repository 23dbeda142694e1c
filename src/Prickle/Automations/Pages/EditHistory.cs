namespace Prickle.Automations.Pages;

/// <summary>What was done in the editor, to be undone and done again. A step is kept per part that was edited: typing is one.</summary>
sealed class EditHistory
{
    const int Most = 100;

    readonly List<AutomationSettings> _before = [];
    readonly List<AutomationSettings> _after = [];
    string? _last;

    public bool CanUndo => _before.Count > 0;

    public bool CanRedo => _after.Count > 0;

    /// <summary>To be called with what was there, before it is changed.</summary>
    /// <param name="what">Changes in a row of the same thing are undone together; null for one that stands by itself.</param>
    public void Add(AutomationSettings before, string? what)
    {
        _after.Clear();
        if (what is null || what != _last)
        {
            _before.Add(before);
            if (_before.Count > Most)
            {
                _before.RemoveAt(0);
            }
        }
        _last = what;
    }

    public AutomationSettings Undo(AutomationSettings now) => Take(_before, _after, now);

    public AutomationSettings Redo(AutomationSettings now) => Take(_after, _before, now);

    public void Clear()
    {
        _before.Clear();
        _after.Clear();
        _last = null;
    }

    AutomationSettings Take(List<AutomationSettings> from, List<AutomationSettings> to, AutomationSettings now)
    {
        _last = null;
        if (from.Count == 0)
        {
            return now;
        }
        var found = from[^1];
        from.RemoveAt(from.Count - 1);
        to.Add(now);
        return found;
    }
}
