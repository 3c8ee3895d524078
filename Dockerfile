FROM python:3.11-slim

# tesseract reads scans, LibreOffice reads old .doc files; both are called as programs
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd libreoffice-writer fontconfig fonts-liberation fonts-dejavu \
    && (fc-list ':charset=1ea1' family | grep -q 'Liberation Serif' || apt-get install -y --no-install-recommends fonts-liberation2) \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/thuoc
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md ./
COPY app ./app
COPY grading_rules ./grading_rules
COPY migrations ./migrations
COPY samples ./samples
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation -e .
RUN thuoc rules check

RUN useradd --system --create-home --home-dir /home/thuoc thuoc && mkdir /data && chown thuoc:thuoc /data
USER thuoc
ENV THUOC_DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "-m", "app.web.probe", "http://127.0.0.1:8000/healthz"]
CMD ["thuoc", "serve", "--host", "0.0.0.0", "--port", "8000"]
