using Prickle;
using Prickle.Hosting;
using Prickle.Storage;

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
