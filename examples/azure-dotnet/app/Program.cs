var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/", () => "Built from a Dockerfile, run by its digest.");

app.Run();
