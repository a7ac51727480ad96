using System.IO.Compression;

namespace NfsTools.Testing;

/// <summary>Compresses files as rotations do.</summary>
public static class PackedLog
{
    /// <summary>Bytes as gzip packs them.</summary>
    public static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Bytes as bzip2 packs them.</summary>
    public static byte[] Bzip2(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var bzip2 = SharpCompress.Compressors.BZip2.BZip2Stream.Create(packed, SharpCompress.Compressors.CompressionMode.Compress, decompressConcatenated: false, leaveOpen: true))
        {
            bzip2.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Bytes as zstd packs them.</summary>
    public static byte[] Zstd(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var zstd = new SharpCompress.Compressors.ZStandard.CompressionStream(packed, leaveOpen: true))
        {
            // As zstd(1) does.
            zstd.SetParameter(SharpCompress.Compressors.ZStandard.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            zstd.Write(bytes);
        }

        return packed.ToArray();
    }
}
