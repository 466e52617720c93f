import Foundation

/// A named pipe that somebody always holds open: readers wait for more, as those of /dev/kmsg do.
struct Pipeline {
    private let handle: FileHandle

    init?(at path: String) {
        unlink(path)
        guard mkfifo(path, 0o600) == 0 else { return nil }
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        handle = FileHandle(fileDescriptor: descriptor)
    }

    func write(_ text: String) { handle.write(Data(text.utf8)) }

    func close() { try? handle.close() }
}
