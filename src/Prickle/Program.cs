using Prickle;
using Prickle.Hosting;
using Prickle.Storage;
using Prickle.Templates;

// Some hundreds of bodies wait between the inbox and the store, each in two buffers of the shared pool. By default the pool
// keeps 32 of a size, and the others would be garbage in the oldest generation, which is collected last: half of all memory.
// Only a variable says so, and only before anything has used the pool.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION", "512");

var (line, mistake) = CommandLine.Parse(args);
if (line is null)
{
    await Console.Error.WriteLineAsync(mistake);
    return 2;
}

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = line.Others, ContentRootPath = AppContext.BaseDirectory });
builder.UseCommandLine(line);
builder.AddProduct(line);
var app = builder.Build();
if (line.Lint.Count > 0)
{
    return await TemplateLintCommand.RunAsync(app.Services.GetRequiredService<TemplateBook>(), line.Lint, Console.Out);
}
app.UseProduct();
try
{
    app.Run();
    return 0;
}
catch (StorageException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
