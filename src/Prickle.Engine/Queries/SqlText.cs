using System.Text;

namespace Prickle.Engine.Queries;

/// <summary>Quoting for statements that the host writes itself.</summary>
static class SqlText
{
    public static string Literal(string value) =>
        new StringBuilder(value).Replace("\\", "\\\\").Replace("'", "\\'").Insert(0, '\'').Append('\'').ToString();

    public static string Name(string value) =>
        new StringBuilder(value).Replace("\\", "\\\\").Replace("`", "\\`").Insert(0, '`').Append('`').ToString();
}
