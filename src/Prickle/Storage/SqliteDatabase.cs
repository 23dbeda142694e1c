using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Prickle.Storage;

/// <summary>The relational store in one file, the default.</summary>
public sealed class SqliteDatabase(DbContextOptions<SqliteDatabase> options) : PrickleDatabase(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    /// <summary>SQLite has no time type, and text with offsets does not sort: a moment is its Unix milliseconds.</summary>
    sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        moment => moment.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    /// <summary>Lets the migrations tool make the context without starting the product.</summary>
    sealed class DesignTime : IDesignTimeDbContextFactory<SqliteDatabase>
    {
        public SqliteDatabase CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteDatabase>().UseSqlite("Data Source=:memory:").Options);
    }
}
