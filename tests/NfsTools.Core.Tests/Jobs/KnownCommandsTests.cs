using NfsTools.Jobs;

namespace NfsTools.Core.Tests.Jobs;

/// <summary>Known commands as they really run: whatever their options, what is learnt from the shipped table does not change how they end.</summary>
public sealed class KnownCommandsTests : IDisposable
{
    private const string Files =
        """
        echo 1 >a; echo 2 >b; mkdir d d/sub e empty; echo 3 >d/x; echo 4 >d/sub/y; ln -s d link; ln -s a alink
        gzip -kn a; cp a.gz t.gz; xz -k a; bzip2 -k a; tar cf x.tar a d; tar czf z.tgz a; md5sum a b >sums; echo a >list; zip -q x.zip a
        printf 'int f(void) { return 1; }\n' >f.c; printf '#include "f.h"\nint main(void) { return f() - 1; }\n' >m.c; echo 'int f(void);' >f.h
        gcc -c f.c m.c; ar rc lib.a f.o; cp m.o app.o; printf '%s\n' '-c f.c' '-o "with blank.o"' >args; echo 'f.o m.o' >objects; echo '.globl g' >g.s
        """;

    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("cp a new; cp a d; cp a b d; cp -t d a; cp -T a b; cp --target=d a b; cp a b -t d; cp -- a -new; cp alink new2")]
    [InlineData("cp -u a b; cp --upd a b; cp -n a b; cp -p a new; cp -a d/. e; cp -a d e; cp -r d e; cp -R d/ new3; cp -r empty e; cp -r d/.. ../copy; cp --preserve=timestamps a b")]
    [InlineData("cp a /dev/null; cp /dev/null new; cp /proc/self/comm new; cp --help; cp --version; cp --parents d/x e; cp -l a hard; cp -al d linked; cp -s $PWD/a sym; cp -bS .old a b; cp --attributes-only a b; ln -s nowhere z; cp -a z e; cp -P z z2; cp -d z e; mv z z3; tar cf links.tar z3")]
    [InlineData("mv a new; mv -n new b; mv d e; mv -t e b; mv -u a.gz new2; mv -T link link2; mv --version; mv -v e/d d; mv link2 e; mv alink alink2; mv d/ d9")]
    [InlineData("ln -s nowhere z; ln -sf nowhere z; ln -s a z2; ln -s ../a d; ln -sfn e link; ln -sfT e link; ln -s d/x; ln -rs d/x e; ln -st e ../a ../b; ln --help; ln -s x y e")]
    [InlineData("ln -s nowhere gone; ln gone hard0; ln a hard; ln a b e; ln -t d a; ln d/x; ln -f b a; ln -L alink hard2; ln -P alink hard3")]
    [InlineData("install a new; install -d e/f g; install -m 600 a b d; install -C a new; install -C a new; install -p a new; install -D a h/i; install -Dt j a; install --version")]
    [InlineData("cat -n a b; cat --version; wc -l a b; wc --files0-from=/dev/null; md5sum a; md5sum -c sums; sha256sum --help; cmp a a; cmp -n 5 a b; cmp a b 1 1; diff -u a b; diff -r d e; diff -N a none; diff -x '*.o' d e; diff --from-file=a b; diff --version")]
    [InlineData("touch new; touch new; touch -c none; touch -a a; touch -d 2001-01-01 a; touch -d 2001-01-01 a; touch -r a b; touch -r a b; touch -t 200101010000 a; touch -h alink; touch d; touch --version; touch --no-c none2")]
    [InlineData("tee --help")]
    [InlineData("sort a b; sort -c a; sort -C a; sort -o new a b; sort -o a a; sort -uo new -k 1 a; sort -m a b; sort --output=new a; sort --outp new a; sort -o /dev/null a; sort --version; sort --files0-from=/dev/null; sort -o new -T . -t , a")]
    [InlineData("tar cf new.tar a d; tar -cf new.tar a; tar czf new.tgz -C d x; tar -C d -cf n2.tar x sub; tar cf - a; tar cf /dev/null a; tar -c -f n3.tar -T list; tar cf n4.tar --exclude=x d; tar cvfC n5.tar d x; tar -cf n6.tar .; tar --create --file n7.tar a; tar --version; tar --usage")]
    [InlineData("tar tf x.tar; tar -tvf x.tar a; tar xf x.tar; tar xzf z.tgz -C e; tar -xf x.tar -C e a; tar df x.tar; tar --list -f x.tar; tar t -f x.tar; tar rf x.tar b; tar uf x.tar a; tar -uf x.tar a; tar --delete -f x.tar b; tar -Af x.tar x.tar; tar cf n.tar --remove-files b; tar -g snap -cf inc.tar d; tar cf empty.tar -T /dev/null; tar --test-label -f x.tar")]
    [InlineData("zip new a b; zip new.zip a; zip -r new.zip d; zip -r new.zip d -x '*y' '*z'; zip - a; zip -T new.zip; zip -u new.zip a; zip -d new.zip a; zip -j n2.zip d/x; zip -h; zip -v; zip -L; zip -sf new.zip; zip -m n3.zip b; zip -9q n4 a; zip new.zip a -O n6.zip; zip -P x n7 a; zip --version")]
    [InlineData("gzip -k b; gzip -kf b; gzip -l a.gz; gzip -t a.gz; gzip -t a; gzip -c a; gzip -dc a.gz; gzip -cd a.gz; gzip b; gzip -d b; gzip -r d; gzip -dr d; gzip -r empty; gzip -rk d; gzip -V; gzip --help; gzip -L; gzip --stdo a; gzip -kS .z b; gzip -dkf z.tgz; gzip -Ndf t.gz; gzip a.gz; gzip -k z.tgz; gzip -9 d/x d/sub/y")]
    [InlineData("gunzip -c a; gunzip -kf a.gz; gunzip -kf a; gunzip -t a.gz; gunzip -l a.gz; gunzip t; gunzip --version; zcat a.gz; zcat a; zcat --help; gunzip -kfr a.gz")]
    [InlineData("bzip2 -k b; bzip2 -t a.bz2; bzip2 -dkf a.bz2; bzip2 -c a; bzip2 -f b d/x; bunzip2 d/x.bz2; bunzip2 -k -f a.bz2; bzcat a.bz2; bzip2 --help; bzip2 -9 -f d/x; bzip2 -V -c a")]
    [InlineData("xz -k b; xz -T0 -kf b; xz -T 1 -kf b; xz -l a.xz; xz -t a.xz; xz -dkf a.xz; xz --format=lzma -k a; xz -dc a.xz; xzcat a.xz; unxz -kf a.xz; xz -V; xz -H; xz --info-memory; xz -S .foo -k a; xz --robot -l a.xz; xz b; unxz b.xz; xz -0e d/x")]
    [InlineData("gcc --version; gcc -v; gcc -dumpmachine; gcc -dumpversion; gcc --help; gcc --help=warnings; gcc --target-help; gcc -print-search-dirs; gcc -print-file-name=libc.a; gcc -### f.c; gcc -Q --help=common; g++ --version; cc -dumpspecs; gcc -v --version; gfortran --version; gcc-12 -v")]
    [InlineData("gcc @args; gcc -c f.c; gcc -c f.c m.c; gcc -c f.c f.o; gcc -c -of2.o f.c; gcc -c -o f3.o f.c; gcc -S f.c; gcc -c -S f.c; gcc -S -o - f.c; gcc -E f.c; gcc -E f.c -o f.i; gcc -M m.c; gcc -MM m.c; gcc -MD -c m.c; gcc -MMD -MF m.dep -c m.c; gcc -M -MF m2.dep m.c; gcc -MM -MT x m.c -o m3.dep; gcc -fsyntax-only f.c; gcc -fsyntax-only -o none f.c; gcc -c -o /dev/null f.c; gcc f.h")]
    [InlineData("gcc f.c m.c; gcc -o app f.c m.c; gcc -o app @objects; gcc m.o lib.a -o app2; gcc m.o -L. lib.a; gcc -shared -fPIC -o lib.so f.c; gcc -r -o r.o f.o m.o; gcc f.o m.o -o app3 -Wl,-Map,app.map; gcc -pipe -O2 -I . -D X=1 -include f.h -c f.c; gcc -xc -c /dev/null -o n.o; gcc -v -c f.c; gcc -save-temps -c f.c; gcc -c --output f9.o f.c; gcc --compile f.c; gcc -Wl,--version m.o; gcc -c lib.a; gcc -o /dev/null f.c m.c")]
    [InlineData("ld -v; ld -V; ld --version; ld --verbose; ld --help; ld -r f.o m.o; ld -r -o r.o f.o m.o; ld -r @objects -o r2.o; ld -r -o r3.o -Map r3.map f.o; ld -r --Map=r4.map -o r4.o f.o; ld -r --output=r5.o f.o; ld -e f -o app f.o; ld -entry f f.o; ld -r -o /dev/null f.o; ld --print-sysroot; ld -r -L . -m elf_x86_64 f.o --output r6.o; ld -r -O 2 -o r7.o f.o; ld -r -O1 -o r8.o f.o")]
    [InlineData("as g.s; as -o g.o g.s; as --version; as --help; as -o /dev/null g.s; as -v -o g3.o g.s; as --MD g.d -o g4.o g.s")]
    [InlineData("ar t lib.a; ar tv lib.a; ar p lib.a; ar x lib.a; ar rcs lib.a f.o m.o; ar -rcs new.a f.o; ar rcu lib.a f.o; ar rcsu lib.a f.o; ar q lib.a m.o; ar s lib.a; ar d lib.a m.o; ar d lib.a none.o; ar m lib.a f.o; ar rb f.o lib.a app.o; ar --version; ar -V; ar --help; ar cr new2.a @objects; ar rcT thin.a f.o; gcc-ar t lib.a; ar xo lib.a f.o; ar rc empty.a; ar rcDs new3.a f.o; ar x --output e lib.a")]
    [InlineData("ranlib lib.a; ranlib -D lib.a; ranlib -t lib.a; ranlib --version; ranlib -V; strip f.o; strip f.o; strip -o s.o m.o; strip -p m.o; strip -p m.o; strip -g app.o lib.a; strip --version; strip -K f -o s2.o f.o; strip --strip-unneeded m.o; strip -V; strip --info; strip -R .comment f.o")]
    public void A_command_ends_as_it_does_alone(string lines)
    {
        Shell("set -e\n" + Files);
        foreach (var line in lines.Split(';', StringSplitOptions.TrimEntries))
        {
            var words = line.Replace("$PWD", directory["."][..^2], StringComparison.Ordinal).Split(' ').Select(w => w.Trim('\'')).ToArray();
            var job = new ProtectedJob
            {
                Command = new() { FileName = words[0], Arguments = words[1..], WorkingDirectory = directory["."] },
                Protect = true,
                Retries = 0,
            }.Known(new Capsules());

            var result = job.Run(TestContext.Current.CancellationToken);

            Assert.Equal("capsule", result.FilesFrom);
            Assert.True(result.Verdict is JobVerdict.Succeeded or JobVerdict.Failed, $"{line}: {result.Verdict}: {result.Reason}");
            TestContext.Current.TestOutputHelper?.WriteLine($"{line}: {result.Code}; {string.Join(' ', result.Inputs.Select(i => Path.GetFileName(i.Path)))} > {string.Join(' ', result.Outputs.Select(o => Path.GetFileName(o.Path)))}");
        }
    }

    private void Shell(string script)
    {
        var exit = new ChildProcess { Command = new() { FileName = "sh", Arguments = ["-c", script], WorkingDirectory = directory["."] } }.Run(TestContext.Current.CancellationToken);
        Assert.Equal(0, exit.ExitCode);
    }
}
