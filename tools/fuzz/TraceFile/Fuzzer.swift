import Ftrace

/// Reads whatever libFuzzer makes up as a `trace.dat`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTraceFile(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let file = try? TraceFile(bytes: bytes) else { return 0 }
    var selection = TraceSelection { _, _ in true }
    selection.functions = { $0.utf8.count % 2 == 0 }
    selection.callers = { $0.utf8.count % 3 != 1 }
    selection.fields = { $0.utf8.count % 2 == 0 ? ["prev_pid", "comm", "ip", "depth"] : nil }
    _ = file.read(selection) { _ in }
    _ = file.inspect()
    for text in file.texts { _ = try? file.bytes(text) }
    return 0
}
