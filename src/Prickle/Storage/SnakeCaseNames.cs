using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Prickle.Storage;

/// <summary>
/// Gives every table, column, key and index a snake_case name, so that the hot paths' plain SQL
/// needs no quotes on PostgreSQL and reads the same on both providers.
/// </summary>
static class SnakeCaseNames
{
    public static void Apply(IMutableModel model)
    {
        foreach (var entity in model.GetEntityTypes())
        {
            if (entity.GetTableName() is { } table)
            {
                entity.SetTableName(Of(table.StartsWith("AspNet", StringComparison.Ordinal) ? table[6..] : table));
            }
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Of(property.GetColumnName()));
            }
        }
        // Keys and indexes are named after tables and columns: in a second pass, when those have their names.
        foreach (var entity in model.GetEntityTypes())
        {
            foreach (var key in entity.GetKeys())
            {
                key.SetName(Of(key.GetName()));
            }
            foreach (var foreignKey in entity.GetForeignKeys())
            {
                foreignKey.SetConstraintName(Of(foreignKey.GetConstraintName()));
            }
            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(Of(index.GetDatabaseName()));
            }
        }
    }

    static string? Of(string? name) => name is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
