# {% if kernels.keep_memory %}
def keep_memory() -> None:
    """Lets glibc keep freed memory for the next step.

    By default large blocks go back to the system, and every page of them is faulted in again. No
    result changes; where the C library is not glibc, nothing happens.
    """
    libc = ctypes.CDLL(None)
    if sys.platform == "linux" and hasattr(libc, "mallopt"):
        m_trim_threshold, m_top_pad, m_mmap_max = -1, -2, -4  # malloc.h
        libc.mallopt(m_mmap_max, 0)
        libc.mallopt(m_trim_threshold, 2**31 - 1)
        libc.mallopt(m_top_pad, 64 * 2**20)


# {% endif %}
