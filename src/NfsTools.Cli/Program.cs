using NfsTools.Cli;

return Tool.Run(args);
