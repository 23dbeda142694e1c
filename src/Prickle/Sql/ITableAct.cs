using Prickle.Accounts;

namespace Prickle.Sql;

/// <summary>Something to do with a table from the schema beside the console, such as making a dashboard about it.</summary>
public interface ITableAct
{
    /// <summary>In a word or two.</summary>
    string Title { get; }

    /// <summary>The inside of a 24-unit SVG.</summary>
    string Icon { get; }

    /// <summary>Whether whoever looks may do it.</summary>
    bool IsOffered(ProjectGrant grant);

    /// <summary>Does it; gives the address to go to.</summary>
    Task<Outcome<string>> RunAsync(ProjectGrant grant, string table, CancellationToken cancellationToken);
}
