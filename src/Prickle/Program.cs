using Prickle;
using Prickle.Hosting;

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
app.Run();
return 0;
