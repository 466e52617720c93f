import Glibc

/// Processes of the host.
enum Processes {
    /// False if it ended; a process that nobody has waited for yet has ended too.
    static func isAlive(_ process: Int32) -> Bool {
        guard let status = Files.read("/proc/\(process)/stat"), let state = status.split(separator: ")").last else {
            return false
        }
        return state.first { $0 != " " } != "Z"
    }
}

extension Processes {
    /// The number of this process.
    static var own: Int32 { getpid() }
}
