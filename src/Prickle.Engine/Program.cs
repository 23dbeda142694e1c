using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Prickle.Engine;
using Prickle.Engine.Http;
using Prickle.Engine.Logs;
using Prickle.Engine.Native;
using Prickle.Engine.Queries;

// The embedded analytical store: libchdb behind ClickHouse's HTTP interface on the loopback address.
try
{
    var arguments = EngineArguments.Parse(args, Environment.GetEnvironmentVariable);
    ChdbLibrary.Load(LibraryLocator.Find(arguments.Library, AppContext.BaseDirectory, Environment.CurrentDirectory));
    using var host = EngineHost.Open(arguments.Path);
    QueryLogTable.Ensure(host);
    await using var app = EngineServer.Build(host, arguments);
    await app.StartAsync();
    Console.WriteLine(JsonSerializer.Serialize(
        new { port = EngineServer.PortOf(app), pid = Environment.ProcessId, version = host.Version }));
    await app.WaitForShutdownAsync();
    return ExitCodes.Stopped;
}
catch (OperationCanceledException)
{
    // Asked to stop before it had started.
    return ExitCodes.Stopped;
}
catch (EngineUnavailableException failure)
{
    Console.Error.WriteLine(failure.Message);
    return failure.ExitCode;
}
catch (IOException failure) when (failure.InnerException is AddressInUseException)
{
    Console.Error.WriteLine(failure.Message);
    return ExitCodes.PortTaken;
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
    or DllNotFoundException or BadImageFormatException)
{
    Console.Error.WriteLine(failure.Message);
    return ExitCodes.CannotRunHere;
}
