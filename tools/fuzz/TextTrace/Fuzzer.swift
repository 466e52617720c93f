import Ftrace

/// Reads whatever libFuzzer makes up as a text trace: in the format that it looks like, and in every other one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTextTrace(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    for format in [nil] + TextTraceFormat.allCases.map(Optional.some) {
        _ = TextTraceReader(
            source: 0, format: format, wanted: { $0.utf8.count % 2 == 0 }, callers: { $0.utf8.count % 3 != 1 }
        )
        .read(bytes)
    }
    return 0
}
