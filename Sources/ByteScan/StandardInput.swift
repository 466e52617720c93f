import Synchronization

/// What of standard input was only peeked at: a process can read it once, and whoever opens it next begins there again.
final class StandardInput: Sendable {
    static let shared = StandardInput()

    private let bytes = Mutex<[UInt8]>([])

    /// The bytes that somebody has peeked at, and nobody has read.
    var peeked: [UInt8] { bytes.withLock { $0 } }

    func append(_ peeked: UnsafeRawBufferPointer) { bytes.withLock { $0.append(contentsOf: peeked) } }

    func forget() { bytes.withLock { $0 = [] } }
}
