import ByteScan
import Glibc

/// The bytes of a `trace.dat`, read where they are needed: a file, or bytes in memory.
///
/// A file is read with pread(2) and not mapped: one that shrinks meanwhile only ends earlier.
final class TraceFileStorage: Sendable {
    private enum Backing: Sendable {
        case memory([UInt8])
        case file(descriptor: Int32)
    }

    private let backing: Backing
    /// The number of bytes.
    let count: Int
    /// Why there are not more: what stopped the decompression of the whole file.
    let cut: TraceFileError?

    init(bytes: [UInt8]) {
        backing = .memory(bytes)
        count = bytes.count
        cut = nil
    }

    /// Opens a file. One that does not begin like a `trace.dat` is taken for a compressed one, or a pipe: its bytes are
    /// decompressed to a file without a name, so that memory stays small.
    init(path: String) throws(TraceFileError) {
        if path != "-", let (descriptor, size) = try Self.openRegular(path) {
            if Self.begins(descriptor, with: TraceFileHeader.magic) {
                backing = .file(descriptor: descriptor)
                count = size
                cut = nil
                return
            }
            close(descriptor)
        }
        (backing, count, cut) = try Self.spool(path)
    }

    deinit {
        if case .file(let descriptor) = backing { close(descriptor) }
    }

    /// All bytes, if they are in memory.
    var memory: [UInt8]? {
        if case .memory(let bytes) = backing { bytes } else { nil }
    }

    /// Copies the bytes from an offset on. Returns how many there were: fewer than asked for at the end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(TraceFileError) -> Int {
        guard offset >= 0, offset < count else { return 0 }
        let wanted = min(buffer.count, count - offset)
        switch backing {
        case .memory(let bytes):
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + wanted]))
            }
            return wanted
        case .file(let descriptor):
            var done = 0
            while done < wanted {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<wanted])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw TraceFileError(reason: .readFailed(errno: errno), offset: offset + done) }
                guard got > 0 else { break }
                done += got
            }
            return done
        }
    }

    /// A copy of a range; shorter if the file ends before.
    func bytes(_ range: Range<Int>) throws(TraceFileError) -> [UInt8] {
        let count = max(0, min(range.upperBound, count) - range.lowerBound)
        guard count > 0 else { return [] }
        var failure: TraceFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(TraceFileError) {
                initialized = try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension TraceFileStorage {
    /// Opens a regular file; nil if it is something else that can be read.
    private static func openRegular(_ path: String) throws(TraceFileError) -> (descriptor: Int32, size: Int)? {
        var status = stat()
        guard stat(path, &status) == 0 else { throw TraceFileError(reason: .cannotOpen(errno: errno), offset: 0) }
        let kind = status.st_mode & S_IFMT
        guard kind != S_IFDIR else { throw TraceFileError(reason: .isDirectory, offset: 0) }
        guard kind == S_IFREG else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TraceFileError(reason: .cannotOpen(errno: errno), offset: 0) }
        guard fstat(descriptor, &status) == 0 else {
            let error = TraceFileError(reason: .cannotOpen(errno: errno), offset: 0)
            close(descriptor)
            throw error
        }
        return (descriptor, Int(status.st_size))
    }

    private static func begins(_ descriptor: Int32, with magic: [UInt8]) -> Bool {
        var first = [UInt8](repeating: 0, count: magic.count)
        return pread(descriptor, &first, first.count, 0) == first.count && first == magic
    }

    private static func spool(_ path: String) throws(TraceFileError) -> (Backing, Int, TraceFileError?) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var source = try openStream(path)
        let descriptor = try unnamedFile()
        var size = 0
        while true {
            let got: Int
            do throws(ByteSourceError) {
                got = try source.read(into: buffer)
            } catch {
                let cut = TraceFileError(reason: .container(error), offset: size)
                return (.file(descriptor: descriptor), size, cut)
            }
            guard got > 0 else { return (.file(descriptor: descriptor), size, nil) }
            guard writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<got]), to: descriptor) else {
                let error = TraceFileError(reason: .cannotOpen(errno: errno), offset: size)
                close(descriptor)
                throw error
            }
            size += got
        }
    }

    /// Opens the stream if it is a trace.
    private static func openStream(_ path: String) throws(TraceFileError) -> ByteSource {
        let first: [UInt8]
        let source: ByteSource
        do throws(ByteSourceError) {
            var opened = try ByteSource(path: path)
            first = try opened.peek(TraceFileHeader.magic.count)
            source = opened
        } catch {
            throw TraceFileError(reason: .container(error), offset: 0)
        }
        guard first == TraceFileHeader.magic else { throw TraceFileError(reason: .notATraceFile, offset: 0) }
        return source
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let written = write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            done += written
        }
        return true
    }

    /// A file that is gone when it is closed.
    private static func unnamedFile() throws(TraceFileError) -> Int32 {
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(directory)/trace.XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw TraceFileError(reason: .cannotOpen(errno: errno), offset: 0) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
        return descriptor
    }
}
