using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Prickle.Storage;

/// <summary>The relational store on a PostgreSQL server, for more than one node.</summary>
public sealed class PostgresDatabase(DbContextOptions<PostgresDatabase> options) : PrickleDatabase(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMoment>();

    /// <summary>The driver takes moments of offset zero only.</summary>
    sealed class UtcMoment() : ValueConverter<DateTimeOffset, DateTimeOffset>(
        moment => moment.ToUniversalTime(),
        moment => moment);

    /// <summary>Lets the migrations tool make the context without starting the product.</summary>
    sealed class DesignTime : IDesignTimeDbContextFactory<PostgresDatabase>
    {
        public PostgresDatabase CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgresDatabase>().UseNpgsql("Host=localhost").Options);
    }
}
