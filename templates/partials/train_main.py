if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    start.add_argument("--overwrite", action="store_true", help="replace the run in the folder")
    parser.add_argument("--output-dir", type=os.path.abspath, default=str(FOLDER / Config.output_dir))
    parser.add_argument("--max-steps", type=int, default=Config.max_steps, help="stop this early")
    parser.add_argument("--seed", type=int, default=Config.seed)
    # {% if not hardware.is_cpu %}
    parser.add_argument("--device", default=Config.device)
    # {% endif %}
    # {% if hardware.is_checked %}
    parser.add_argument("--ignore-hardware", action="store_true", help="run on a lesser machine")
    # {% endif %}
    settings = vars(parser.parse_args())
    resume, overwrite = settings.pop("resume"), settings.pop("overwrite")
    # {% if hardware.is_checked %}
    if not settings.pop("ignore_hardware"):
        {{ hardware.check }}
    # {% endif %}
    main(replace(Config(), **settings), resume, overwrite)
