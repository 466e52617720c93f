import Synchronization

/// What was only peeked at of standard input and of named pipes: they can be read once, and whoever opens them next begins
/// there again.
final class PeekedInputs: Sendable {
    static let shared = PeekedInputs()

    /// An input that was opened, and of which nothing was read but what is kept here.
    struct Input {
        var descriptor: Int32
        var bytes: [UInt8] = []
    }

    private let inputs = Mutex<[String: Input]>([:])

    /// The input at a path, if somebody has peeked at it and nobody has read it.
    func input(_ path: String) -> Input? { inputs.withLock { $0[path] } }

    /// Keeps an input that was opened: it stays open.
    func keep(_ path: String, descriptor: Int32) { inputs.withLock { $0[path] = Input(descriptor: descriptor) } }

    func append(_ peeked: UnsafeRawBufferPointer, to path: String) {
        inputs.withLock { $0[path]?.bytes.append(contentsOf: peeked) }
    }

    /// It is read now: whoever reads it has it for himself.
    func forget(_ path: String) { inputs.withLock { $0[path] = nil } }
}
