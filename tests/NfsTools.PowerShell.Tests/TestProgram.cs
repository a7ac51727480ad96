using System.Runtime.CompilerServices;
using NfsTools.TestKit;

namespace NfsTools.PowerShell.Tests;

internal static class TestProgram
{
    [ModuleInitializer]
    internal static void Begin() => TestRun.Begin();
}
