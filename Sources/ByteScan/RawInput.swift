import Glibc

/// Bytes as they are stored: a file descriptor, or an array.
final class RawInput {
    private enum Origin {
        case descriptor(Int32)
        /// Standard input, or a named pipe: its descriptor, and the path by which the next one opens it.
        case once(Int32, path: String)
        case memory([UInt8])
    }

    let name: String
    private let origin: Origin
    /// How many bytes were read.
    private(set) var offset = 0
    /// What was peeked at of an input that can be read once before it was opened here, and whether more is only peeked at.
    private var peeked: ArraySlice<UInt8> = []
    private var isPeeking = true

    init(path: String) throws(ByteSourceError) {
        name = path == "-" ? "standard input" : path
        if path == "-", PeekedInputs.shared.input(path) == nil {
            PeekedInputs.shared.keep(path, descriptor: STDIN_FILENO)
        }
        if let known = PeekedInputs.shared.input(path) {
            origin = .once(known.descriptor, path: path)
            peeked = known.bytes[...]
            return
        }
        var descriptor: Int32
        repeat { descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw .cannotOpen(name: path, errno: errno) }
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        if kind == S_IFIFO {
            PeekedInputs.shared.keep(path, descriptor: descriptor)
            origin = .once(descriptor, path: path)
        } else {
            origin = .descriptor(descriptor)
        }
        if kind == S_IFDIR { throw .isDirectory(name: path) }
    }

    init(bytes: [UInt8], name: String) {
        self.name = name
        origin = .memory(bytes)
    }

    deinit {
        switch origin {
        case .descriptor(let descriptor): close(descriptor)
        // What was only peeked at stays open for the next one.
        case .once(let descriptor, let path): if !isPeeking, path != "-" { close(descriptor) }
        case .memory: break
        }
    }

    /// Returns the number of bytes read, 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        let count: Int
        switch origin {
        case .descriptor(let descriptor):
            count = try read(descriptor, into: buffer)
        case .once(let descriptor, let path):
            count = try readOnce(descriptor, path, into: buffer)
        case .memory(let bytes):
            count = min(buffer.count, bytes.count - offset)
            buffer.copyBytes(from: bytes[offset..<offset + count])
        }
        offset += count
        return count
    }

    /// What is read from now on is read, and was not only peeked at.
    func stopPeeking() {
        guard isPeeking else { return }
        isPeeking = false
        if case .once(_, let path) = origin { PeekedInputs.shared.forget(path) }
    }

    private func readOnce(
        _ descriptor: Int32, _ path: String, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ByteSourceError) -> Int {
        guard peeked.isEmpty else {
            let count = min(buffer.count, peeked.count)
            buffer.copyBytes(from: peeked.prefix(count))
            peeked.removeFirst(count)
            return count
        }
        let count = try read(descriptor, into: buffer)
        if isPeeking { PeekedInputs.shared.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: path) }
        return count
    }

    private func read(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ByteSourceError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilReadable(descriptor)
            case EISDIR: throw .isDirectory(name: name)
            default: throw .readFailed(name: name, offset: offset, errno: errno)
            }
        }
    }

    /// Standard input may have been made non-blocking by whoever shares it.
    private func waitUntilReadable(_ descriptor: Int32) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&request, 1, -1)
    }
}
