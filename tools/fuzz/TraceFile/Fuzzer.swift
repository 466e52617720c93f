import Ftrace

/// Reads whatever libFuzzer makes up as a `trace.dat`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTraceFile(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let file = try? TraceFile(bytes: bytes) else { return 0 }
    _ = file.read(TraceSelection { _, _ in true }) { _ in }
    _ = file.inspect()
    for text in file.texts { _ = try? file.bytes(text) }
    return 0
}
