using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Prickle.Storage;

namespace Prickle.Tests.Storage;

public sealed class StorageTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("prickle-storage-").FullName;

    [Fact]
    public async Task Connections_are_durable_patient_and_keep_references()
    {
        await using var services = await StartAsync(_folder);
        // The second time the connection comes out of the pool.
        for (var time = 1; time <= 2; time++)
        {
            await using var database = await services.GetRequiredService<IDbContextFactory<PrickleDatabase>>()
                .CreateDbContextAsync(TestContext.Current.CancellationToken);
            (await PragmaAsync(database, "journal_mode")).ShouldBe("wal");
            (await PragmaAsync(database, "synchronous")).ShouldBe("2");
            (await PragmaAsync(database, "busy_timeout")).ShouldBe("5000");
            (await PragmaAsync(database, "foreign_keys")).ShouldBe("1");
        }
    }

    [Fact]
    public async Task The_migrations_of_both_providers_are_in_step_with_the_model()
    {
        await using var sqlite = await StartAsync(_folder);
        await using var file = sqlite.GetRequiredService<IDbContextFactory<PrickleDatabase>>().CreateDbContext();
        file.Database.HasPendingModelChanges().ShouldBeFalse();

        await using var postgres = Build(_folder, "Host=/nowhere");
        await using var server = postgres.GetRequiredService<IDbContextFactory<PrickleDatabase>>().CreateDbContext();
        server.Database.HasPendingModelChanges().ShouldBeFalse();
    }

    [Fact]
    public async Task A_migration_lock_left_by_a_killed_process_does_not_stop_the_next_start()
    {
        await using (var first = await StartAsync(_folder))
        {
            await using var database = first.GetRequiredService<IDbContextFactory<PrickleDatabase>>().CreateDbContext();
            await database.Database.ExecuteSqlRawAsync(
                """CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL)""", TestContext.Current.CancellationToken);
            await database.Database.ExecuteSqlRawAsync(
                """INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00')""", TestContext.Current.CancellationToken);
        }
        await using var second = Build(_folder, null);
        await MigrateAsync(second).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_said_plainly()
    {
        var file = Path.Combine(_folder, "a-file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var services = Build(Path.Combine(file, "data"), null);
        var failure = await Should.ThrowAsync<StorageException>(() => MigrateAsync(services));
        failure.Message.ShouldStartWith($"The data folder {Path.Combine(file, "data")} cannot be used");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_said_plainly()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "prickle.db"), new string('x', 5000), TestContext.Current.CancellationToken);
        await using var services = Build(_folder, null);
        var failure = await Should.ThrowAsync<StorageException>(() => MigrateAsync(services));
        failure.Message.ShouldContain("is not a usable database");
        failure.Message.ShouldContain("Restore it from a backup");
    }

    [Fact]
    public async Task A_server_that_is_away_is_said_plainly()
    {
        await using var services = Build(_folder, $"Host={_folder};Username=prickle;Timeout=2");
        var failure = await Should.ThrowAsync<StorageException>(() => MigrateAsync(services));
        failure.Message.ShouldStartWith("PostgreSQL cannot be used with the Database__Url given");
    }

    [Fact]
    public async Task The_keys_that_protect_cookies_are_kept_in_the_data_folder()
    {
        await using var services = await StartAsync(_folder);
        services.GetRequiredService<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>().CreateProtector("test").Protect([1]);
        Directory.GetFiles(Path.Combine(_folder, "keys"), "key-*.xml").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("postgres://prickle:p%40ss%3A@db.example:6543/my%20db", "Host=db.example;Port=6543;Database=\"my db\";Username=prickle;Password=p@ss:")]
    [InlineData("postgresql://prickle@db.example/prickle?sslmode=verify-full", "Host=db.example;Port=5432;Database=prickle;Username=prickle;SSL Mode=VerifyFull")]
    [InlineData("postgres://db.example/prickle?application_name=web", "Host=db.example;Port=5432;Database=prickle;Application Name=web")]
    [InlineData("Host=db.example;Username=prickle", "Host=db.example;Username=prickle")]
    public void Addresses_are_read_in_both_forms(string address, string expected) =>
        PostgresUrl.ToConnectionString(address).ShouldBe(expected);

    static async Task<string> PragmaAsync(PrickleDatabase database, string name)
    {
        await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = database.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return $"{await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)}";
    }

    static async Task<ServiceProvider> StartAsync(string folder)
    {
        var services = Build(folder, null);
        await MigrateAsync(services);
        return services;
    }

    static Task MigrateAsync(ServiceProvider services) =>
        services.GetRequiredService<StorageMigration>().StartingAsync(TestContext.Current.CancellationToken);

    static ServiceProvider Build(string folder, string? databaseUrl)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Database:Url"] = databaseUrl }).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        return services.AddStorage(configuration, folder).BuildServiceProvider();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
